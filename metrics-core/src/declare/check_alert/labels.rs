//! Whether the labels that an expression names are those of the family, and have these values.

use super::super::descriptor::Descriptor;
use super::super::label::{LabelDescriptor, LabelValues};
use super::super::message::{Message, one_of, same};
use super::super::promql::{MetricName, Selector, TARGET_LABELS};

pub(super) const fn matchers_mistake(selector: &Selector, own: &Descriptor) -> Option<Message> {
    if let MetricName::Named(_) = selector.metric {
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

pub(super) const fn labels_mistake(own: &Descriptor, labels: &[&str]) -> Option<Message> {
    let mut i = 0;
    while i < labels.len() {
        if let Some(wrong) = label_mistake(own, labels[i]) {
            return Some(wrong);
        }
        i += 1;
    }
    None
}

pub(super) const fn label_mistake(own: &Descriptor, label: &str) -> Option<Message> {
    if same(label, "le") || one_of(label, TARGET_LABELS) || find(own.labels(), label).is_some() {
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
