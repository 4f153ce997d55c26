//! Checks of alerts that only the compiler can make, because they hang on a field's type: its kind, its labels, its buckets.
//! The derive calls them in constants; each walks through the expression as the derive has read it.

use super::descriptor::{Descriptor, Kind};
use super::label::{LabelDescriptor, LabelValues};
use super::message::{Message, same};
use super::promql::{MetricName, Promql, Selector};

/// Labels that series get from whoever scrapes them.
const OF_TARGETS: &[&str] = &[
    "job",
    "instance",
    "namespace",
    "pod",
    "service",
    "container",
    "endpoint",
    "node",
    "cluster",
    "le",
];

/// Stops the compilation if an alert of the family, by its place, asks something of it that it cannot be.
#[track_caller]
pub const fn check_alert(own: &Descriptor, at: usize) {
    if let Some(wrong) = mistake(&own.alerts()[at].expr, own, "") {
        panic!("{}", wrong.as_str());
    }
}

/// Stops the compilation if `label` looks like a mistyped label of the family. Others may be of the target, or of the
/// registry, of which the compiler does not know; whoever generates does.
#[track_caller]
pub const fn check_alert_label(own: &Descriptor, label: &str) {
    if let Some(wrong) = label_mistake(own, label) {
        panic!("{}", wrong.as_str());
    }
}

/// Stops the compilation if the family has no bucket with this bound.
#[track_caller]
pub const fn check_alert_bound(own: &Descriptor, bound: f64) {
    let bounds = own.bounds();
    let mut i = 0;
    while i < bounds.len() {
        // computed bounds may be a little beside what people write
        let difference = (bounds[i] - bound).abs();
        if difference <= 1e-9 * bound.abs() {
            return;
        }
        i += 1;
    }
    // what has no buckets is told elsewhere
    if !bounds.is_empty() {
        panic!("no bucket of this histogram has the bound in `le`; write one of its `buckets`");
    }
}

/// What is wrong with an expression; `function` is what it is given to, or nothing.
const fn mistake(expression: &Promql, own: &Descriptor, function: &str) -> Option<Message> {
    match expression {
        Promql::Number(_) | Promql::Text(_) => None,
        Promql::Selector(selector) => match kind_mistake(selector, own, function) {
            None => matchers_mistake(selector, own),
            wrong => wrong,
        },
        Promql::Call {
            function,
            arguments,
        } => {
            let mut i = 0;
            while i < arguments.len() {
                if let Some(wrong) = mistake(&arguments[i], own, function) {
                    return Some(wrong);
                }
                i += 1;
            }
            None
        }
        Promql::Aggregation {
            grouping,
            parameter,
            of,
            ..
        } => {
            if let Some(parameter) = parameter
                && let Some(wrong) = mistake(parameter, own, "")
            {
                return Some(wrong);
            }
            if let Some(grouping) = grouping
                && is_of_own(of, None)
                && let Some(wrong) = labels_mistake(own, grouping.labels)
            {
                return Some(wrong);
            }
            mistake(of, own, "")
        }
        Promql::Binary {
            operator,
            left,
            right,
            ..
        } => {
            if let Some(wrong) = comparison_mistake(operator, left, right, own) {
                return Some(wrong);
            }
            match mistake(left, own, "") {
                None => mistake(right, own, ""),
                wrong => wrong,
            }
        }
        Promql::Negative(of) | Promql::Group(of) => mistake(of, own, function),
    }
}

/// Functions that take restarts for what they are, and those that do not.
const OF_COUNTERS: &[&str] = &["rate", "irate", "increase", "resets"];
const OF_GAUGES: &[&str] = &["delta", "idelta", "deriv", "predict_linear"];

const fn kind_mistake(selector: &Selector, own: &Descriptor, function: &str) -> Option<Message> {
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
const fn counts(selector: &Selector, own: &Descriptor) -> bool {
    match (selector.metric, own.kind()) {
        (MetricName::Own(_), Kind::Counter) => true,
        (MetricName::Own(suffix), Kind::Histogram) => !suffix.is_empty() && !same(suffix, "_sum"),
        _ => false,
    }
}

const fn comparison_mistake(
    operator: &str,
    left: &Promql,
    right: &Promql,
    own: &Descriptor,
) -> Option<Message> {
    let (of, number, above) = match (bare(left), bare(right)) {
        (of, Promql::Number(number)) => (of, *number, one_of(operator, &[">", ">="])),
        (Promql::Number(number), of) => (of, *number, one_of(operator, &["<", "<="])),
        _ => return None,
    };
    if !one_of(operator, &[">", ">=", "<", "<=", "==", "!="]) {
        return None;
    }
    if let Promql::Selector(selector) = summed(of)
        && counts(selector, own)
    {
        return Some(Message::of(&[
            "a counter only grows, and starts again at 0 with the process; compare how fast it does: `rate[5m] ",
            operator,
            " …` or `increase[1h] ",
            operator,
            " …`",
        ]));
    }
    let bounds = own.bounds();
    if let Promql::Call { function, .. } = of
        && same(function, "histogram_quantile")
        && is_of_own(of, Some("_bucket"))
        && above
        && !bounds.is_empty()
        && number >= bounds[bounds.len() - 1]
    {
        return Some(Message::of(&[
            "a quantile is never above the last bucket bound, so that this never fires; give the histogram `buckets` beyond the threshold",
        ]));
    }
    None
}

const fn matchers_mistake(selector: &Selector, own: &Descriptor) -> Option<Message> {
    if !own_name(selector) {
        return None;
    }
    let mut i = 0;
    while i < selector.matchers.len() {
        let matcher = &selector.matchers[i];
        if let Some(wrong) = label_mistake(own, matcher.label) {
            return Some(wrong);
        }
        if let Some(label) = find(own.labels(), matcher.label)
            && let LabelValues::Finite(values) | LabelValues::Optional(values) = label.values
        {
            let exact = one_of(matcher.operator, &["=", "!="]);
            if let Some(wrong) = value_mistake(label.name, matcher.value, values, exact) {
                return Some(wrong);
            }
        }
        i += 1;
    }
    None
}

/// A value that the label never has. Of a regular expression only that is looked at which is a list of plain words.
const fn value_mistake(label: &str, value: &str, values: &[&str], exact: bool) -> Option<Message> {
    let bytes = value.as_bytes();
    let mut start = 0;
    let mut i = 0;
    while i <= bytes.len() {
        let ends = i == bytes.len() || (!exact && bytes[i] == b'|');
        if !ends && !exact && !is_plain(bytes[i]) {
            return None;
        }
        if ends {
            let (before, _) = value.split_at(i);
            let (_, word) = before.split_at(start);
            // an empty one is where the label is not
            if !word.is_empty() && !one_of(word, values) {
                return Some(never(label, word, values));
            }
            start = i + 1;
        }
        i += 1;
    }
    None
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

const fn never(label: &str, word: &str, values: &[&str]) -> Message {
    let message = Message::of(&[
        "the label `",
        label,
        "` is never `",
        word,
        "`; it is one of ",
    ]);
    listed(message, values)
}

const fn listed(mut message: Message, values: &[&str]) -> Message {
    let mut i = 0;
    while i < values.len() {
        let before = match i {
            0 => "`",
            _ if i + 1 == values.len() => " and `",
            _ => ", `",
        };
        message = message.and(&[before, values[i], "`"]);
        i += 1;
    }
    message
}

const fn labels_mistake(own: &Descriptor, labels: &[&str]) -> Option<Message> {
    let mut i = 0;
    while i < labels.len() {
        if let Some(wrong) = label_mistake(own, labels[i]) {
            return Some(wrong);
        }
        i += 1;
    }
    None
}

const fn label_mistake(own: &Descriptor, label: &str) -> Option<Message> {
    if one_of(label, OF_TARGETS) || find(own.labels(), label).is_some() {
        return None;
    }
    let far = if label.len() < 5 { 1 } else { 2 };
    let mut i = 0;
    while i < own.labels().len() {
        let known = own.labels()[i].name;
        if distance(label.as_bytes(), known.as_bytes()) <= far {
            return Some(Message::of(&[
                "this metric has no label `",
                label,
                "`; write `",
                known,
                "`",
            ]));
        }
        i += 1;
    }
    None
}

const fn find(labels: &'static [LabelDescriptor], name: &str) -> Option<LabelDescriptor> {
    let mut i = 0;
    while i < labels.len() {
        if same(labels[i].name, name) {
            return Some(labels[i]);
        }
        i += 1;
    }
    None
}

const fn one_of(word: &str, words: &[&str]) -> bool {
    let mut i = 0;
    while i < words.len() {
        if same(word, words[i]) {
            return true;
        }
        i += 1;
    }
    false
}

/// What is inside all parentheses.
const fn bare(expression: &Promql) -> &Promql {
    match expression {
        Promql::Group(of) => bare(of),
        other => other,
    }
}

/// What is inside of sums too, and of what else is as large as its parts.
const fn summed(expression: &Promql) -> &Promql {
    match expression {
        Promql::Group(of) => summed(of),
        Promql::Aggregation { operator, of, .. }
            if one_of(operator, &["sum", "avg", "min", "max", "topk", "bottomk"]) =>
        {
            summed(of)
        }
        other => other,
    }
}

const fn own_name(selector: &Selector) -> bool {
    matches!(selector.metric, MetricName::Own(_))
}

/// Whether a selector in it is of the family itself, with this suffix if one is given.
const fn is_of_own(expression: &Promql, suffix: Option<&str>) -> bool {
    match expression {
        Promql::Number(_) | Promql::Text(_) => false,
        Promql::Selector(selector) => match (selector.metric, suffix) {
            (MetricName::Own(found), Some(suffix)) => same(found, suffix),
            (MetricName::Own(_), None) => true,
            (MetricName::Named(_), _) => false,
        },
        Promql::Call { arguments, .. } => {
            let mut i = 0;
            while i < arguments.len() {
                if is_of_own(&arguments[i], suffix) {
                    return true;
                }
                i += 1;
            }
            false
        }
        Promql::Aggregation { of, .. } | Promql::Negative(of) | Promql::Group(of) => {
            is_of_own(of, suffix)
        }
        Promql::Binary { left, right, .. } => is_of_own(left, suffix) || is_of_own(right, suffix),
    }
}

/// The longest text that `distance` looks at.
const MAX_LEN: usize = 64;

/// How many bytes must be changed, added or left out; of long texts, more than anybody asks for.
const fn distance(a: &[u8], b: &[u8]) -> usize {
    if a.len() > MAX_LEN || b.len() > MAX_LEN {
        return MAX_LEN;
    }
    let mut row = [0; MAX_LEN + 1];
    let mut j = 0;
    while j <= b.len() {
        row[j] = j;
        j += 1;
    }
    let mut i = 0;
    while i < a.len() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        let mut j = 0;
        while j < b.len() {
            let mut least = if a[i] == b[j] { diagonal } else { diagonal + 1 };
            diagonal = row[j + 1];
            if diagonal + 1 < least {
                least = diagonal + 1;
            }
            if row[j] + 1 < least {
                least = row[j] + 1;
            }
            row[j + 1] = least;
            j += 1;
        }
        i += 1;
    }
    row[b.len()]
}
