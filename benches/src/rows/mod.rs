//! The rows of the table: one file each, ours and every peer side by side.

mod counter;
mod enum_labels;
mod histogram;
mod string_labels;
mod timer;

use crate::measure::Case;

/// The name of this project in the table.
pub(crate) const OURS: &str = "metrics-core";

/// What the machine can do at best.
pub(crate) const LIMIT: &str = "(limit)";

pub(crate) fn all() -> Vec<Case> {
    let rows = [
        counter::cases(),
        enum_labels::cases(),
        string_labels::cases(),
        histogram::cases(),
        timer::cases(),
    ];
    rows.into_iter().flatten().collect()
}
