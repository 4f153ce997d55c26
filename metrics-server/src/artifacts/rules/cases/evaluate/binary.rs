//! Operators between two: arithmetic, comparisons, sets.

use metrics_core::promql::Matching;

use super::{NAME, Sample, Value};
use crate::artifacts::rules::cases::series::Labels;

/// What the operator makes of both sides; `None` if it is not known here, or would be refused.
pub(super) fn binary(
    operator: &str,
    bool: bool,
    matching: Option<Matching>,
    left: Value,
    right: Value,
) -> Option<Value> {
    let apply = |left: f64, right: f64| apply(operator, left, right);
    let is_comparison = matches!(operator, "==" | "!=" | "<" | "<=" | ">" | ">=");
    let (left, right) = match (left, right) {
        (Value::Scalar(left), Value::Scalar(right)) => {
            return apply(left, right).map(Value::Scalar);
        }
        (Value::Vector(left), Value::Vector(right)) => (left, right),
        (Value::Vector(vector), Value::Scalar(number)) => {
            let pairs = vector.into_iter().map(|sample| {
                let result = apply(sample.value, number);
                (sample, result)
            });
            return changed(pairs, is_comparison, bool).map(Value::Vector);
        }
        (Value::Scalar(number), Value::Vector(vector)) => {
            let pairs = vector.into_iter().map(|sample| {
                let result = apply(number, sample.value);
                (sample, result)
            });
            return changed(pairs, is_comparison, bool).map(Value::Vector);
        }
    };
    let key = |sample: &Sample| key(matching, &sample.labels);
    let in_right = |sample: &Sample| right.iter().any(|other| key(other) == key(sample));
    let vector = match operator {
        "and" => left.into_iter().filter(in_right).collect(),
        "unless" => left.into_iter().filter(|one| !in_right(one)).collect(),
        "or" => {
            let keys: Vec<_> = left.iter().map(key).collect();
            let others = right.into_iter().filter(|one| !keys.contains(&key(one)));
            left.into_iter().chain(others).collect()
        }
        _ => {
            let (side, taken) = matching
                .and_then(|matching| matching.group)
                .unwrap_or_default();
            if !taken.is_empty() {
                return None;
            }
            let (many, one) = if side == "group_right" {
                (right, left)
            } else {
                (left, right)
            };
            let mut pairs = Vec::new();
            for mut sample in many {
                let mut partners = one.iter().filter(|other| key(other) == key(&sample));
                let Some(partner) = partners.next() else {
                    continue;
                };
                if partners.next().is_some() {
                    return None;
                }
                let result = match side {
                    "group_right" => apply(partner.value, sample.value),
                    _ => apply(sample.value, partner.value),
                };
                if side.is_empty() && (bool || !is_comparison) {
                    sample.labels = key(&sample);
                }
                pairs.push((sample, result));
            }
            changed(pairs.into_iter(), is_comparison, bool)?
        }
    };
    Some(Value::Vector(vector))
}

/// The samples with their results: new values, or of a comparison those for which it is true.
fn changed(
    pairs: impl Iterator<Item = (Sample, Option<f64>)>,
    is_comparison: bool,
    bool: bool,
) -> Option<Vec<Sample>> {
    let mut out = Vec::new();
    for (mut sample, result) in pairs {
        let result = result?;
        if is_comparison && !bool {
            if result != 0.0 {
                out.push(sample);
            }
        } else {
            sample.labels.remove(NAME);
            sample.value = result;
            out.push(sample);
        }
    }
    Some(out)
}

/// The labels by which two series belong together.
fn key(matching: Option<Matching>, labels: &Labels) -> Labels {
    let mut labels = labels.clone();
    labels.remove(NAME);
    if let Some(Matching {
        ignoring,
        labels: named,
        ..
    }) = matching
    {
        labels.retain(|label, _| named.contains(&label.as_str()) != ignoring);
    }
    labels
}

fn apply(operator: &str, left: f64, right: f64) -> Option<f64> {
    let truth = |it_is: bool| if it_is { 1.0 } else { 0.0 };
    Some(match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        "%" => left % right,
        "^" => left.powf(right),
        "==" => truth(left == right),
        "!=" => truth(left != right),
        "<" => truth(left < right),
        "<=" => truth(left <= right),
        ">" => truth(left > right),
        ">=" => truth(left >= right),
        _ => return None,
    })
}
