//! The rules of timed and counted functions, one function each; from what was read to a model.

mod judge;
mod metrics;
mod own;
mod shape;
mod slo;

use syn::Attribute;

use super::keys::Attribute as Macro;
use super::model::{Function, Timed};
use super::parse::Arguments;
use crate::report::Report;

pub(super) use metrics::span;

/// `None` after a mistake of a kind that leaves nothing to go on with.
pub(super) fn validate(
    arguments: Arguments,
    function: Function,
    of_type: Option<&str>,
    report: &mut Report,
) -> Option<Timed> {
    stands_alone(&function.attrs, report);
    runs_at_run_time(&function, of_type, report);
    skips_in_a_block(&arguments, report);
    let shape = shape::shape(&arguments, &function, report);
    shape::polls_have_a_future(&arguments, &function, &shape, report);
    let judge = judge::judge(&arguments, &function, report);
    let metrics = metrics::metrics(&arguments, &function, report);
    let in_flight = arguments.in_flight.as_ref();
    let in_flight = in_flight
        .and_then(|written| reported(metrics::target(written, "gauge", &function), report));
    let labels = metrics::labels(&arguments, report);
    let own = own::own(&arguments, &function, of_type, report);
    let objective = slo::objective(&arguments, &own, &metrics, report);
    Some(Timed {
        krate: arguments.krate,
        shape: shape?,
        own,
        metrics,
        labels,
        in_flight,
        judge,
        objective,
        function,
    })
}

fn reported<T>(found: syn::Result<T>, report: &mut Report) -> Option<T> {
    found.map_err(|mistake| report.add(mistake)).ok()
}

/// Two of them would count every call twice.
pub(super) fn stands_alone(attrs: &[Attribute], report: &mut Report) {
    for attr in attrs {
        if let Some(other) = Macro::of(attr.path()) {
            let other = other.name();
            report.mistake(
                attr,
                format_args!(
                    "`#[{other}]` would count every call once more; leave one of the attributes out"
                ),
            );
        }
    }
}

/// A clock cannot be read, and nothing counted, while compiling.
fn runs_at_run_time(function: &Function, of_type: Option<&str>, report: &mut Report) {
    if let Some(constness) = &function.signature.constness {
        let mend = if of_type.is_some() {
            "leave it out by `#[timed(skip)]`"
        } else {
            "time the function that calls it"
        };
        report.mistake(
            constness,
            format_args!(
                "a `const fn` cannot be timed, because it may run while compiling; {mend}"
            ),
        );
    }
}

/// Where it stands on a function alone, the attribute need not be there.
fn skips_in_a_block(arguments: &Arguments, report: &mut Report) {
    if let Some(skip) = arguments.skip {
        report.add(syn::Error::new(
            skip,
            "`skip` is for a method of an `impl` block that has the attribute itself; remove this one",
        ));
    }
}
