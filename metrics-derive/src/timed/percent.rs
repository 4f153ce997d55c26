//! A share in percent as people write it, `99.9`, and what is left of all: exact in decimals, since in binary 100 - 99.9 is
//! not 0.1.

/// More decimals than these are no promise that could be measured.
const MOST_DECIMALS: usize = 9;

/// The largest of the factors by which a budget is burnt in an alert, in tenths. Source: the SRE workbook, chapter 5.
const FASTEST_BURN: u64 = 144;

/// A decimal from 0 on, as whole `units` of which `10^decimals` are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Percent {
    units: u64,
    decimals: u32,
}

/// Why nothing could be promised by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// It is 100: nothing may ever be otherwise.
    All,
    /// It is more than there is.
    MoreThanAll,
    /// It leaves so much that the fastest alert would need more than all.
    TooLow,
}

impl Percent {
    /// `None` if it is no plain decimal with at most three digits and nine decimals.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let decimals = decimals.trim_end_matches('0');
        let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
        let fits = (1..=3).contains(&whole.len()) && decimals.len() <= MOST_DECIMALS;
        let fits = fits && (whole == "0" || !whole.starts_with('0'));
        if !fits || !digits(whole) || !digits(decimals) {
            return None;
        }
        Some(Self {
            units: format!("{whole}{decimals}").parse().ok()?,
            decimals: u32::try_from(decimals.len()).ok()?,
        })
    }

    /// The percentage, as the number that was written.
    pub(super) fn value(self) -> f64 {
        quotient(self.units, self.decimals)
    }

    /// What is left of all, as a ratio: 0.001 of 99.9.
    pub(super) fn budget(self) -> f64 {
        quotient(self.left(), self.decimals + 2)
    }

    /// What is left of all, in percent: 0.1 of 99.9.
    pub(super) fn rest(self) -> f64 {
        quotient(self.left(), self.decimals)
    }

    pub(super) fn unfit(self) -> Option<Unfit> {
        let all = 100 * 10_u64.pow(self.decimals);
        if self.units > all {
            Some(Unfit::MoreThanAll)
        } else if self.units == all {
            Some(Unfit::All)
        } else if self.left() * FASTEST_BURN >= all * 10 {
            Some(Unfit::TooLow)
        } else {
            None
        }
    }

    fn left(self) -> u64 {
        (100 * 10_u64.pow(self.decimals)).saturating_sub(self.units)
    }
}

/// `units` by a power of ten, rounded once.
fn quotient(units: u64, decimals: u32) -> f64 {
    format!("{units}e-{decimals}").parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_what_people_write() {
        for (percent, budget) in [
            ("99.9", 0.001),
            ("99.5", 0.005),
            ("99", 0.01),
            ("99.0", 0.01),
            ("99.99", 0.0001),
            ("95", 0.05),
            ("99.999999999", 0.000_000_000_01),
        ] {
            let read = Percent::read(percent).map(Percent::budget);
            assert_eq!(read, Some(budget), "{percent}");
        }
    }

    #[test]
    fn what_can_never_burn_is_unfit() {
        let unfit = |text| Percent::read(text).and_then(Percent::unfit);
        assert_eq!(unfit("93.05"), Some(Unfit::TooLow));
        assert_eq!(unfit("93.055555555"), Some(Unfit::TooLow));
        assert_eq!(unfit("93.06"), None);
        assert_eq!(unfit("99.999999999"), None);
        assert_eq!(unfit("100.0"), Some(Unfit::All));
        assert_eq!(unfit("999"), Some(Unfit::MoreThanAll));
        assert_eq!(unfit("0"), Some(Unfit::TooLow));
    }

    #[test]
    fn percentages_are_plain_decimals() {
        for wrong in [
            "",
            ".9",
            "1e2",
            "99.9999999991",
            "1000",
            "-1",
            "9 9",
            "9_9",
            "099",
        ] {
            assert_eq!(Percent::read(wrong), None, "{wrong}");
        }
        assert_eq!(Percent::read("99.90"), Percent::read("99.9"));
        assert_eq!(Percent::read("99."), Percent::read("99"));
    }
}
