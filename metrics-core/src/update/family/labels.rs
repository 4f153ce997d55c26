//! The label text of children, and what their label sets say of how they are kept.

use crate::declare::{LabelDescriptor, LabelSet, LabelValues};
use crate::update::labels::push_label;

/// Whether no label is open.
pub(in crate::update) const fn is_finite(labels: &[LabelDescriptor]) -> bool {
    open_cap(labels).is_none()
}

/// The most combinations of open values: the largest cap of an open label; `None` where no label is open.
pub(super) const fn open_cap(labels: &[LabelDescriptor]) -> Option<usize> {
    let mut cap = None;
    let mut i = 0;
    while i < labels.len() {
        if let LabelValues::Open { max, .. } = labels[i].values {
            cap = match cap {
                Some(other) if other > max => Some(other),
                _ => Some(max),
            };
        }
        i += 1;
    }
    cap
}

/// The label text of these labels.
pub(in crate::update) fn label_text<L: LabelSet>(labels: &L::Borrowed<'_>) -> String {
    let mut values = Vec::new();
    L::open_values(labels, &mut |value| values.push(String::from(value)));
    rendered(L::LABELS, L::finite_index(labels), Some(&values))
}

/// The label text of one child: finite values by `index`, open ones in their order, or all of them as in the overflow
/// series.
///
/// To Prometheus a label with an empty value is not there, so it is left out. No two children have the same text for
/// that: of each label only one value is empty, and the names say which labels are left.
pub(super) fn rendered<'v>(
    labels: &[LabelDescriptor],
    index: usize,
    open: Option<&'v [String]>,
) -> String {
    // the last label counts fastest, so the digits come out from behind
    let mut rest = index;
    let mut values = Vec::with_capacity(labels.len());
    let is_open = |label: &&LabelDescriptor| label.values.overflow().is_some();
    let mut open_before = labels.iter().filter(is_open).count();
    for label in labels.iter().rev() {
        values.push(match label.values.overflow() {
            Some(overflow) => {
                open_before -= 1;
                let value = |open: &'v [String]| open.get(open_before).map_or("", |value| value);
                open.map_or(overflow, value)
            }
            None => {
                let count = label.values.count().max(1);
                let digit = rest % count;
                rest /= count;
                label.values.at(digit)
            }
        });
    }
    let mut text = String::new();
    for (label, value) in labels.iter().zip(values.iter().rev()) {
        if !value.is_empty() {
            push_label(&mut text, label.name, value);
        }
    }
    text
}
