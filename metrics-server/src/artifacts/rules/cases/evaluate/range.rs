//! Functions of ranges: how fast series grow, and what they were over time.

use metrics_core::promql::{Promql, Selector};

use super::{At, NAME, Point, Sample};
use crate::artifacts::rules::cases::number::{larger, smaller};

/// The values of a range, with the seconds at which they were.
type Values = Vec<(f64, f64)>;

/// What the function is of each series of the range; `None` if it is not known here.
pub(super) fn call(
    at: &At<'_>,
    function: &str,
    selector: &Selector,
    arguments: &[Promql],
) -> Option<Vec<Sample>> {
    let range = i64::try_from(selector.range?.millis).ok()?;
    let end = at.end_of(selector) as f64 / 1000.0;
    let start = end - range as f64 / 1000.0;
    let over = |values: &Values| -> Option<Option<f64>> {
        let all = || values.iter().map(|(_, value)| *value);
        Some(match (function, arguments) {
            ("rate", [_]) => growth(values, start, end, true, end - start),
            ("increase", [_]) => growth(values, start, end, true, 1.0),
            ("delta", [_]) => growth(values, start, end, false, 1.0),
            ("irate", [_]) => newest_two(values).map(|(time, rise)| rise / time),
            ("idelta", [_]) => newest_two(values).map(|(_, rise)| rise),
            ("deriv", [_]) => line(values).map(|(slope, _)| slope),
            ("predict_linear", [_, ahead]) => {
                let ahead = at.scalar(ahead)?;
                line(values).map(|(slope, middle)| middle(at.seconds()) + slope * ahead)
            }
            ("avg_over_time", [_]) => mean(values),
            ("min_over_time", [_]) => all().reduce(smaller),
            ("max_over_time", [_]) => all().reduce(larger),
            ("sum_over_time", [_]) => all().reduce(|a, b| a + b),
            ("last_over_time", [_]) => all().next_back(),
            ("count_over_time", [_]) => Some(values.len() as f64),
            ("present_over_time", [_]) => Some(1.0),
            ("changes", [_]) => {
                let pairs = values.windows(2);
                Some(pairs.filter(|pair| pair[0].1 != pair[1].1).count() as f64)
            }
            ("resets", [_]) => {
                let pairs = values.windows(2);
                Some(pairs.filter(|pair| pair[1].1 < pair[0].1).count() as f64)
            }
            _ => return None,
        })
    };
    let mut out = Vec::new();
    for series in at.selected(selector)? {
        let within = at.within(series, selector, range);
        let values: Values = within
            .filter_map(|(time, point)| match point {
                Point::Value(value) => Some((time as f64 / 1000.0, value)),
                Point::Missing | Point::Stale => None,
            })
            .collect();
        if values.is_empty() {
            continue;
        }
        if let Some(value) = over(&values)? {
            let mut labels = super::named(series);
            if function != "last_over_time" {
                labels.remove(NAME);
            }
            out.push(Sample { labels, value });
        }
    }
    Some(out)
}

/// How much it grew from the beginning of the range to its end, as Prometheus estimates it where the values do not reach
/// either; divided by `per`. A counter that falls has begun anew, and was never below 0.
fn growth(values: &Values, start: f64, end: f64, is_counter: bool, per: f64) -> Option<f64> {
    let (first, last) = (*values.first()?, *values.last()?);
    if values.len() < 2 {
        return None;
    }
    let mut rise = last.1 - first.1;
    if is_counter {
        let resets = values.windows(2).filter(|pair| pair[1].1 < pair[0].1);
        rise += resets.map(|pair| pair[0].1).sum::<f64>();
    }
    let covered = last.0 - first.0;
    let step = covered / (values.len() - 1) as f64;
    // a range that is not filled up to its end is taken to go on for half a step
    let reach = |gap: f64| if gap < step * 1.1 { gap } else { step / 2.0 };
    let mut before = first.0 - start;
    if is_counter && rise > 0.0 && first.1 >= 0.0 {
        before = before.min(covered * (first.1 / rise));
    }
    // in this order, for the last digit to be that of Prometheus
    Some(rise * ((covered + reach(before) + reach(end - last.0)) / covered / per))
}

fn newest_two(values: &Values) -> Option<(f64, f64)> {
    let [.., before, last] = values.as_slice() else {
        return None;
    };
    Some((last.0 - before.0, last.1 - before.1))
}

/// The straight line that fits best: its slope, and its height at a time.
fn line(values: &Values) -> Option<(f64, impl Fn(f64) -> f64 + use<>)> {
    let count = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let origin = values[0].0;
    let sum = |of: &dyn Fn(f64, f64) -> f64| {
        let all = values.iter().map(|(time, value)| of(time - origin, *value));
        all.sum::<f64>()
    };
    let (x, y) = (sum(&|x, _| x), sum(&|_, y| y));
    let covariance = sum(&|x, y| x * y) - x * y / count;
    let slope = covariance / (sum(&|x, _| x * x) - x * x / count);
    let height = y / count - slope * (x / count);
    Some((slope, move |time| height + slope * (time - origin)))
}

fn mean(values: &Values) -> Option<f64> {
    let all = values.iter().map(|(_, value)| *value);
    (!values.is_empty()).then(|| all.sum::<f64>() / values.len() as f64)
}
