//! The hot rows of the table: one file each, ours and every peer side by side.

mod counter;
mod enum_labels;
mod event;
mod histogram;
mod histogram_label;
mod histogram_native;
mod inputs;
mod meter;
mod recorder;
mod static_metric;
mod string_labels;
mod timed;
mod timed_async;

use crate::case::Case;

pub(crate) use inputs::BOUNDS;

/// The rows' names.
pub(crate) mod row {
    pub(crate) const COUNTER: &str = "counter";
    pub(crate) const ENUM_LABELS: &str = "counter, 2 enum labels";
    pub(crate) const STRING_LABELS: &str = "counter, 2 string labels";
    pub(crate) const HISTOGRAM: &str = "histogram, 11 buckets";
    pub(crate) const HISTOGRAM_LABEL: &str = "histogram, 11 buckets, 1 enum label";
    pub(crate) const HISTOGRAM_NATIVE: &str = "histogram, native buckets";
    pub(crate) const TIMED: &str = "timed, empty function";
    pub(crate) const TIMED_ASYNC: &str = "timed, empty async function";
    pub(crate) const EVENT: &str = "event, nobody listens";
}

/// All cases, row by row; in each row the limits, ours, then the peers.
pub(crate) fn all() -> Vec<Case> {
    let rows = [
        counter::cases(),
        enum_labels::cases(),
        string_labels::cases(),
        histogram::cases(),
        histogram_label::cases(),
        histogram_native::cases(),
        timed::cases(),
        timed_async::cases(),
        event::cases(),
    ];
    rows.into_iter().flatten().collect()
}
