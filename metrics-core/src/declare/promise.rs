//! What only the compiler can say of an objective: whether its metrics tell if it is kept. `#[timed(slo(…))]` calls these
//! in constants, with the promise as it was written.

use core::time::Duration;

use super::buckets::DEFAULT_BUCKETS;
use super::label::LabelValues;
use super::message::{Message, same};
use super::{Descriptor, Label, Measured, Outcome};

/// How far a bound may be from a threshold and still be meant: bounds that were computed are not what people write.
const TOLERANCE: f64 = 1e-9;

/// More bounds than these are not written out in a message.
const MOST_SHOWN: usize = 24;

// `track_caller` puts the error at the user's promise, not in here

/// Stops the compilation if a histogram cannot tell how many calls take less than so many nanoseconds.
#[track_caller]
pub const fn check_threshold(measured: &Measured, nanos: u64, promise: &str) {
    // what was not found is no metric, which the compiler says elsewhere
    if let Measured::Families {
        time: Some(time), ..
    } = measured
        && let Some(wrong) = wrong_threshold(time, nanos, promise)
    {
        panic!("{}", wrong.as_str());
    }
}

/// The same of the histogram that all functions share, with the bounds that the function gives it.
#[track_caller]
pub const fn check_threshold_of_function(
    bounds: Option<&'static [f64]>,
    nanos: u64,
    promise: &str,
) {
    let bounds = match bounds {
        Some(bounds) => bounds,
        None => DEFAULT_BUCKETS,
    };
    let name = "function_duration_seconds";
    if let Some(wrong) = no_bound(bounds, nanos as f64 / 1e9, name, promise) {
        panic!("{}", wrong.as_str());
    }
}

/// Stops the compilation if nothing tells which calls fail.
#[track_caller]
pub const fn check_success(measured: &Measured, promise: &str) {
    if let Measured::Families {
        time,
        calls,
        errors,
    } = *measured
        && let Some(wrong) = no_outcome(time, calls, errors, promise)
    {
        panic!("{}", wrong.as_str());
    }
}

const fn wrong_threshold(time: &Descriptor, nanos: u64, promise: &str) -> Option<Message> {
    let Some(threshold) = time.time_in_unit(Duration::from_nanos(nanos)) else {
        return Some(Message::of(&[
            promise,
            " is a length of time, and `",
            time.name(),
            "` does not end in `_seconds` or `_milliseconds`; name a histogram that does: `#[metric(unit = \"seconds\")]`",
        ]));
    };
    if time.native().is_some() && time.bounds().is_empty() {
        return None;
    }
    no_bound(time.bounds(), threshold, time.name(), promise)
}

/// Says that `threshold` is none of `bounds`, if it is none.
const fn no_bound(bounds: &[f64], threshold: f64, name: &str, promise: &str) -> Option<Message> {
    let mut below = 0;
    while below < bounds.len() {
        let apart = (bounds[below] - threshold).abs();
        if apart <= TOLERANCE * threshold {
            return None;
        }
        if bounds[below] > threshold {
            break;
        }
        below += 1;
    }
    let message = Message::of(&[promise, ": "]).and_number(threshold).and(&[
        " is no bucket bound of `",
        name,
        "`, so that ",
    ]);
    let message = if below == 0 {
        message
            .and(&["nobody could tell how many calls take less; promise the first one, "])
            .and_number(bounds[0])
    } else if below == bounds.len() {
        message
            .and(&["nobody could tell how many calls take more; promise the last one, "])
            .and_number(bounds[below - 1])
    } else {
        message
            .and(&["nobody could tell how many calls take more; promise one of the next, "])
            .and_number(bounds[below - 1])
            .and(&[" or "])
            .and_number(bounds[below])
    };
    if bounds.len() > MOST_SHOWN {
        let message = message.and(&[", or write "]).and_number(threshold);
        return Some(message.and(&[" among its `buckets`"]));
    }
    let message = message.and(&[", or write `buckets = ["]);
    Some(with_bound(message, bounds, below, threshold).and(&["]`"]))
}

/// The bounds with one more at its place.
const fn with_bound(message: Message, bounds: &[f64], at: usize, more: f64) -> Message {
    let mut message = message;
    let mut i = 0;
    while i <= bounds.len() {
        let comma: &[&str] = if i > 0 { &[", "] } else { &[] };
        message = message.and(comma);
        if i == at {
            message = message.and_number(more);
        } else {
            let place = if i > at { i - 1 } else { i };
            message = message.and_number(bounds[place]);
        }
        i += 1;
    }
    message
}

const fn no_outcome(
    time: Option<&Descriptor>,
    calls: Option<&Descriptor>,
    errors: Option<&Descriptor>,
    promise: &str,
) -> Option<Message> {
    let told = has_outcome(time) || has_outcome(calls) || calls.is_some() && errors.is_some();
    // what was not found is no metric, which the compiler says elsewhere
    let Some(named) = (if time.is_some() { time } else { calls }) else {
        return None;
    };
    if told {
        return None;
    }
    Some(Message::of(&[
        promise,
        ": nothing tells which calls fail; give the labels of `",
        named.name(),
        "` a field of the type `Outcome`, or name a counter with such a label, `counter = Set::field`, or one of all calls and one of errors, `counter = Set::calls, errors = Set::failed`",
    ]))
}

/// Whether a label tells how a call ended.
const fn has_outcome(descriptor: Option<&Descriptor>) -> bool {
    let Some(descriptor) = descriptor else {
        return false;
    };
    let labels = descriptor.labels();
    let mut i = 0;
    while i < labels.len() {
        if let LabelValues::Finite(values) = labels[i].values
            && are_outcomes(values)
        {
            return true;
        }
        i += 1;
    }
    false
}

const fn are_outcomes(values: &[&str]) -> bool {
    let outcomes = <Outcome as Label>::VALUES;
    if values.len() != outcomes.len() {
        return false;
    }
    let mut i = 0;
    while i < values.len() {
        if !same(values[i], outcomes[i]) {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(bounds: &[f64], threshold: f64) -> Option<String> {
        let wrong = no_bound(bounds, threshold, "time_seconds", "`p99 < …`");
        wrong.map(|message| message.as_str().to_owned())
    }

    #[test]
    fn a_bound_may_have_been_computed() {
        assert_eq!(said(&[0.1, 0.1 + 0.2], 0.3), None);
        assert_eq!(said(&[1.0], 1.0), None);
        assert_eq!(said(&[1e-9, 2e-9], 2e-9), None);
        assert!(said(&[1e-9], 2e-9).is_some());
    }

    #[test]
    fn what_is_no_bound_is_told_with_its_neighbours() {
        for (threshold, told, list) in [
            (0.05, "first one, 0.1", "[0.05, 0.1, 1]"),
            (0.3, "the next, 0.1 or 1", "[0.1, 0.3, 1]"),
            (2.5, "last one, 1", "[0.1, 1, 2.5]"),
        ] {
            let said = said(&[0.1, 1.0], threshold).unwrap_or_default();
            assert!(said.contains(told) && said.contains(list), "{said}");
        }
    }

    #[test]
    fn many_bounds_are_not_written_out() {
        let bounds: Vec<f64> = (1..=200).map(f64::from).collect();
        let said = said(&bounds, 99.5).unwrap_or_default();
        assert!(
            said.ends_with("or write 99.5 among its `buckets`"),
            "{said}"
        );
        let bounds: Vec<f64> = (0..24).map(|n| f64::from(n) * 1e9 + 0.123_456_78).collect();
        let said = no_bound(&bounds, 1.0, &"n".repeat(128), "`p99 < …`");
        let said = said.map(|message| message.as_str().to_owned());
        assert!(said.is_some_and(|said| said.ends_with("]`")));
    }
}
