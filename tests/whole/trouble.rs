//! What a registry should tell of its own trouble: look-ups past a cap, refused updates, functions that failed.

use metrics_core::{FamilySnapshot, Number, ValueSnapshot};

use super::case::{Case, Declared, Of, Shape};
use super::expected::{Checked, Ran, constant, same};
use super::model::Model;

const OVERFLOWS: &str = "metrics_label_overflows_total";
const REJECTED: &str = "metrics_rejected_updates_total";
const PANICS: &str = "metrics_read_panics_total";
const TIMEOUTS: &str = "metrics_read_timeouts_total";

/// Whether a family can have this trouble.
fn can(declared: &Declared, trouble: &str) -> bool {
    let is_one = matches!(declared.of, Of::Info | Of::States | Of::Read);
    match trouble {
        OVERFLOWS => declared.shape.is_open() && !is_one,
        REJECTED => matches!(declared.of, Of::Amount | Of::Sizes),
        _ => declared.of == Of::Read,
    }
}

/// The families in which the registry of a case tells of trouble.
pub(crate) fn troubles(case: &Case) -> Vec<&'static str> {
    let all = [OVERFLOWS, REJECTED, PANICS, TIMEOUTS].into_iter();
    all.filter(|trouble| case.families.iter().any(|declared| can(declared, trouble)))
        .collect()
}

/// Whether such a family tells what there was.
pub(crate) fn check_trouble(
    case: &Case,
    model: &Model,
    shown: &FamilySnapshot,
    ran: Ran,
) -> Checked {
    let mut expected = Vec::new();
    let families = case.families.iter().zip(&model.0).enumerate();
    for (index, (declared, family)) in families.filter(|(_, (d, _))| can(d, &shown.name)) {
        let mut labels = constant(case);
        labels.push(("family".to_owned(), case.name(index)));
        let count = match &*shown.name {
            OVERFLOWS => family.overflowed,
            REJECTED => family.rejected,
            _ => 0,
        };
        // at once, another label may be the one of which there are most
        let is_known = ran == Ran::InTurn || count == 0 || declared.shape != Shape::Capped;
        expected.push((
            labels,
            (is_known || shown.name != OVERFLOWS).then_some(count),
        ));
    }
    expected.sort();
    let mut told = Vec::new();
    for (series, (_, expected)) in shown.series.iter().zip(&expected) {
        let ValueSnapshot::Number(Number::Unsigned(count)) = series.value else {
            return Err(format!("{series:?} is no count"));
        };
        told.push((series.labels.clone(), expected.map(|_| count)));
    }
    same(
        "its series",
        format!("{told:?} of {}", shown.series.len()),
        format!("{expected:?} of {}", expected.len()),
    )
}
