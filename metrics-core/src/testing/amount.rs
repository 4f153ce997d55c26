//! Values of samples and the differences between them: whole numbers exactly, others as far as doubles are exact.

use std::fmt;

/// A value as exposed, or the difference of two.
#[derive(Clone, Copy, Debug)]
pub(super) enum Amount {
    Whole(i128),
    Float(f64),
}

/// Sums of floats are rounded at every step, so differences of such are compared up to this share: a rounding of the
/// last place for each of a hundred steps.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

impl Amount {
    pub(super) const ZERO: Self = Self::Whole(0);

    pub(super) fn parse(text: &str) -> Option<Self> {
        let whole = text.parse().map(Self::Whole).ok();
        whole.or_else(|| text.parse().map(Self::Float).ok())
    }

    pub(super) fn as_f64(self) -> f64 {
        match self {
            Self::Whole(n) => n as f64,
            Self::Float(n) => n,
        }
    }

    /// Whether both are one value.
    pub(super) fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => a == b,
            (a, b) => {
                let (a, b) = (a.as_f64(), b.as_f64());
                a == b || (a.is_nan() && b.is_nan())
            }
        }
    }

    /// The same without what rounding has left over at the end, to be shown.
    pub(super) fn rounded(self) -> Self {
        match self {
            Self::Float(n) if n.is_finite() => {
                Self::Float(format!("{n:.11e}").parse().unwrap_or(n))
            }
            exact => exact,
        }
    }

    /// How much it grew from `before`.
    pub(super) fn minus(self, before: Self) -> Self {
        match (self, before) {
            (Self::Whole(after), Self::Whole(before)) => Self::Whole(after.saturating_sub(before)),
            (after, before) => Self::Float(after.as_f64() - before.as_f64()),
        }
    }
}

/// From one value to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub(super) before: Amount,
    pub(super) after: Amount,
}

impl Change {
    pub(super) fn amount(self) -> Amount {
        self.after.minus(self.before)
    }

    pub(super) fn is_none(self) -> bool {
        self.after.is(self.before)
    }

    /// Whether it is a change by `expected`.
    pub(super) fn is_by(self, expected: Amount) -> bool {
        let amount = self.amount();
        if let (Amount::Whole(_), Amount::Whole(_)) = (amount, expected) {
            return amount.is(expected);
        }
        let largest = [self.before, self.after, expected].map(|n| n.as_f64().abs());
        let allowed = largest.into_iter().fold(0.0, f64::max) * ROUNDING;
        amount.is(expected) || (amount.as_f64() - expected.as_f64()).abs() <= allowed
    }
}

impl fmt::Display for Amount {
    /// As in an exposition; with `{:+}` also its sign.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(n) => n.fmt(f),
            Self::Float(n) if n.is_nan() => f.write_str("NaN"),
            Self::Float(f64::INFINITY) => f.write_str("+Inf"),
            Self::Float(f64::NEG_INFINITY) => f.write_str("-Inf"),
            Self::Float(n) => n.fmt(f),
        }
    }
}
