//! Rows: a series in words, which of them are asked for, and in what order.

use std::cmp::Ordering;

use crate::format::{printable, quantity, rate};
use crate::frame::{Number, Quantiles, Value};
use crate::state::{Series, State};

/// The order of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Sort {
    #[default]
    Name,
    /// The busiest first: by rate, what has none behind.
    Rate,
    /// Those first that changed most over the last minute, as a part of themselves.
    Movement,
}

impl Sort {
    pub(crate) fn next(self) -> Self {
        match self {
            Self::Name => Self::Rate,
            Self::Rate => Self::Movement,
            Self::Movement => Self::Name,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Rate => "rate",
            Self::Movement => "movement",
        }
    }
}

/// The series in which every word of `filter` occurs, in the family's name or in a label, in this order.
pub(crate) fn rows<'s>(state: &'s State, filter: &str, sort: Sort) -> Vec<&'s Series> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let series = state.series.values();
    let mut rows: Vec<&Series> = series.filter(|series| series.has(&words)).collect();
    let by_name = |a: &&Series, b: &&Series| {
        let names = (a.family.name.as_str(), &a.labels);
        names.cmp(&(b.family.name.as_str(), &b.labels))
    };
    let falling = |a: f64, b: f64| b.total_cmp(&a);
    rows.sort_by(|a, b| {
        let by_number = match sort {
            Sort::Name => Ordering::Equal,
            Sort::Rate => falling(
                a.reading.rate.unwrap_or(-1.0),
                b.reading.rate.unwrap_or(-1.0),
            ),
            Sort::Movement => falling(a.movement(), b.movement()),
        };
        by_number.then_with(|| by_name(a, b))
    });
    rows
}

impl Series {
    fn has(&self, words: &[String]) -> bool {
        words.is_empty() || {
            let text = format!("{} {}", self.family.name, self.labels_text()).to_lowercase();
            words.iter().all(|word| text.contains(word))
        }
    }

    fn movement(&self) -> f64 {
        let finite = || {
            self.history
                .points()
                .iter()
                .filter(|point| point.is_finite())
        };
        let most = finite().copied().fold(f32::MIN, f32::max);
        let least = finite().copied().fold(f32::MAX, f32::min);
        let size = most.abs().max(least.abs());
        if size > 0.0 && most > least {
            f64::from((most - least) / size)
        } else {
            0.0
        }
    }

    /// `drink=tea outcome=ok`
    pub(crate) fn labels_text(&self) -> String {
        let pairs = self.family.labels.iter().zip(&self.labels);
        let pairs = pairs.map(|(name, value)| format!("{name}={}", printable(value)));
        pairs.collect::<Vec<_>>().join(" ")
    }

    /// The value, in words, or in fewer if they are to be `short`; `now` is in Unix seconds.
    pub(crate) fn value_text(&self, now: f64, short: bool) -> String {
        let unit = self.unit();
        match &self.value {
            Value::Number(_) if self.family.kind == "info" => "info".to_owned(),
            Value::Number(number) if self.family.kind == "stateset" => {
                if *number == 0.0 { "off" } else { "on" }.to_owned()
            }
            Value::Number(time) if self.is_time() && *time > 0.0 => {
                format!("{} ago", quantity((now - time).max(0.0), "seconds"))
            }
            Value::Number(number) => quantity(*number, unit),
            Value::Summary { quantiles, .. } => {
                let pairs = quantiles.iter();
                let pairs = pairs
                    .map(|(Number(q), Number(value))| format!("q{q} {}", quantity(*value, unit)));
                pairs.collect::<Vec<_>>().join("  ")
            }
            Value::Histogram { .. } => match self.reading.quantiles {
                Some(Quantiles { p99, .. }) if short => format!("p99 {}", quantity(p99, unit)),
                Some(Quantiles { p50, p99 }) => {
                    format!("p50 {}  p99 {}", quantity(p50, unit), quantity(p99, unit))
                }
                None => "nothing yet".to_owned(),
            },
        }
    }

    /// The rate, in words; nothing for what has none.
    pub(crate) fn rate_text(&self) -> String {
        let unit = match &self.value {
            Value::Number(_) => self.unit(),
            _ => "",
        };
        self.reading
            .rate
            .map(|number| rate(number, unit))
            .unwrap_or_default()
    }

    /// The last minute in `width` characters.
    pub(crate) fn sparkline(&self, width: usize) -> String {
        const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        let cells = cells(self.history.points(), width);
        let known = || cells.iter().flatten().filter(|point| point.is_finite());
        let most = known().copied().fold(f32::MIN, f32::max);
        // rates are shown from 0, values from the least of them: most gauges never come near 0
        let least = match self.reading.rate {
            Some(_) => 0.0,
            None => known().copied().fold(f32::MAX, f32::min),
        };
        let bar = |cell: &Option<f32>| match cell {
            None => ' ',
            Some(point) if !point.is_finite() => '·',
            Some(point) if most > least => {
                BARS[((point - least) / (most - least) * 7.0)
                    .round()
                    .clamp(0.0, 7.0) as usize]
            }
            Some(_) => BARS[0],
        };
        cells.iter().map(bar).collect()
    }

    /// The unit that was declared, or that the name has by convention, as those of other libraries.
    fn unit(&self) -> &str {
        let name = self.family.name.trim_end_matches("_total");
        let by_name = ["seconds", "bytes", "ratio"].into_iter();
        match self.family.unit.as_str() {
            "" => by_name
                .into_iter()
                .find(|unit| name.ends_with(&format!("_{unit}")))
                .unwrap_or_default(),
            unit => unit,
        }
    }

    /// Whether it is a moment, in Unix seconds.
    fn is_time(&self) -> bool {
        let name = self.family.name.as_str();
        self.family.kind == "gauge"
            && (name.ends_with("_timestamp_seconds") || name.ends_with("_start_time_seconds"))
    }
}

/// The newest minute in so many cells, the newest point in the last: means, or nothing from before the first point.
fn cells(points: &[f32], width: usize) -> Vec<Option<f32>> {
    let seconds = crate::reading::SECONDS;
    let missing = seconds - points.len().min(seconds);
    (0..width)
        .map(|cell| {
            let (from, to) = (cell * seconds / width, (cell + 1) * seconds / width);
            let to = to.max(from + 1).saturating_sub(missing);
            let own = points.get(from.saturating_sub(missing)..to)?;
            (!own.is_empty()).then(|| own.iter().sum::<f32>() / own.len() as f32)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::cafe;

    fn names(state: &State, filter: &str, sort: Sort) -> Vec<String> {
        let rows = rows(state, filter, sort).into_iter();
        rows.map(|row| format!("{} {}", row.family.name, row.labels_text()))
            .collect()
    }

    #[test]
    fn rows_are_chosen_by_words_and_sorted() {
        let state = cafe();
        let by_name = names(&state, "", Sort::Name);
        assert_eq!(
            by_name,
            [
                "cafe_brewing_now ",
                "cafe_brewing_seconds drink=tea outcome=ok",
                "cafe_orders_total drink=espresso",
                "cafe_orders_total drink=tea",
            ]
        );
        assert_eq!(
            names(&state, "TEA orders", Sort::Name),
            ["cafe_orders_total drink=tea"]
        );
        assert_eq!(names(&state, "milk", Sort::Name), [""; 0]);
        assert_eq!(
            names(&state, "", Sort::Rate)[0],
            "cafe_orders_total drink=espresso"
        );
    }

    #[test]
    fn a_row_says_what_the_series_is() {
        let state = cafe();
        let texts = |id| {
            let series = &state.series[&id];
            (series.value_text(0.0, false), series.rate_text())
        };
        assert_eq!(texts(11), ("1,177".to_owned(), "3/s".to_owned()));
        assert_eq!(
            texts(21),
            ("p50 2.00 ms  p99 3.96 ms".to_owned(), "1/s".to_owned())
        );
        assert_eq!(texts(31), ("11".to_owned(), String::new()));
    }

    #[test]
    fn a_sparkline_is_the_last_minute() {
        let state = cafe();
        // the gauge counts to 11, over and over
        let gauge: Vec<char> = state.series[&31].sparkline(60).chars().collect();
        assert_eq!(gauge[11..15], ['█', '▁', '▂', '▂']);
        assert_eq!(state.series[&11].sparkline(10), "██████████");
        assert_eq!(cells(&[1.0, 3.0], 30)[28..], [None, Some(2.0)]);
        assert_eq!(cells(&[1.0], 120)[117..], [None, Some(1.0), Some(1.0)]);
    }
}
