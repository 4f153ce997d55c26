//! Whether the series that an expression names are there, and are such as its functions take.

use super::super::descriptor::{Descriptor, Kind};
use super::super::message::{Message, one_of, same};
use super::super::promql::{MetricName, Selector};

/// Functions that take restarts for what they are, and those that do not.
const OF_COUNTERS: &[&str] = &["rate", "irate", "increase", "resets"];
const OF_GAUGES: &[&str] = &["delta", "idelta", "deriv", "predict_linear"];

pub(super) const fn kind_mistake(
    selector: &Selector,
    own: &Descriptor,
    function: &str,
) -> Option<Message> {
    let MetricName::Own(suffix) = selector.metric else {
        return None;
    };
    if let Some(wrong) = series_mistake(suffix, own) {
        return Some(Message::of(&[wrong]));
    }
    let kind = own.kind();
    if counts(selector, own) && one_of(function, OF_GAUGES) {
        return Some(Message::of(&[
            "`",
            function,
            "` is for gauges, and takes each restart of a counter for a fall; write `rate[5m]` or `increase[5m]`",
        ]));
    }
    let falls = !matches!(kind, Kind::Counter | Kind::Histogram);
    if falls && one_of(function, OF_COUNTERS) {
        return Some(Message::of(&[
            "`",
            function,
            "` is for counters, and takes each fall of a ",
            kind.as_str(),
            " for a restart; write `delta[5m]` or `deriv[5m]`",
        ]));
    }
    None
}

/// What is wrong with the series that a suffix names.
const fn series_mistake(suffix: &str, own: &Descriptor) -> Option<&'static str> {
    let is_histogram = matches!(own.kind(), Kind::Histogram);
    match (is_histogram, suffix.is_empty()) {
        (true, true) if own.native().is_none() => Some(
            "a histogram has no series called as itself; write `p99[5m]` or `avg[5m]`, or `$self_bucket`, `$self_sum` or `$self_count`",
        ),
        (true, false) if own.bounds().is_empty() => Some(
            "a histogram with `native` alone has no series `_bucket`, `_sum` and `_count`; write `p99[5m]` or `avg[5m]`, or `$self` in `histogram_quantile`, `histogram_sum` or `histogram_count`, or give it `buckets`",
        ),
        (false, false) => Some(
            "quantiles and averages (`p99[5m]`, `avg[5m]`), and `$self_bucket`, `$self_sum` and `$self_count`, are of a `Histogram`, which this is not; write `$self`",
        ),
        _ => None,
    }
}

/// Whether what is selected only grows.
pub(super) const fn counts(selector: &Selector, own: &Descriptor) -> bool {
    match (selector.metric, own.kind()) {
        (MetricName::Own(_), Kind::Counter) => true,
        (MetricName::Own(suffix), Kind::Histogram) => !suffix.is_empty() && !same(suffix, "_sum"),
        _ => false,
    }
}

/// What is wrong with comparing series that are always as they are.
pub(super) const fn constant_mistake(selector: &Selector, own: &Descriptor) -> Option<Message> {
    if let MetricName::Named(_) = selector.metric {
        return None;
    }
    match own.kind() {
        Kind::Info if selector.matchers.is_empty() => Some(Message::of(&[
            "an info is always 1, so that this fires always or never; choose by a label, `$self{version=\"…\"} == 1`, or count: `count($self) > 1`",
        ])),
        // the name of the label hangs on the namespace, but it is none that was declared
        Kind::StateSet if are_declared(selector, own) => Some(Message::of(&[
            "of the states one is always 1 and the others are 0, so that this fires always or never; choose a state by the label that is called as the metric: `$self{",
            own.name(),
            "=\"…\"} == 1`",
        ])),
        _ => None,
    }
}

/// Whether the labels that it asks for are all of those that were declared.
const fn are_declared(selector: &Selector, own: &Descriptor) -> bool {
    let mut i = 0;
    while i < selector.matchers.len() {
        let mut is_declared = false;
        let mut j = 0;
        while j < own.labels().len() {
            is_declared |= same(own.labels()[j].name, selector.matchers[i].label);
            j += 1;
        }
        if !is_declared {
            return false;
        }
        i += 1;
    }
    true
}
