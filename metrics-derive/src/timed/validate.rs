//! The rules of timed functions, one function each; from what was read to a model.

use super::model::{Function, LabelValue, Recorder, Timed};
use super::parse::Arguments;
use crate::report::Report;

pub(super) fn validate(arguments: Arguments, function: Function, report: &mut Report) -> Timed {
    runs_at_run_time(&function, report);
    labels_have_a_histogram(&arguments, report);
    let labels = arguments.labels.map_or_else(Vec::new, |(_, labels)| labels);
    labels_are_given_once(&labels, report);
    let recorder = match arguments.target {
        Some(target) => Recorder::Histogram(target, labels),
        None => Recorder::Function,
    };
    Timed {
        krate: arguments.krate,
        function,
        recorder,
        in_flight: arguments.in_flight,
    }
}

/// A clock cannot be read while compiling.
fn runs_at_run_time(function: &Function, report: &mut Report) {
    if let Some(constness) = &function.signature.constness {
        report.mistake(
            constness,
            "a `const fn` cannot be timed, because it may run while compiling; time the function that calls it",
        );
    }
}

fn labels_have_a_histogram(arguments: &Arguments, report: &mut Report) {
    if let (None, Some((labels, _))) = (&arguments.target, &arguments.labels) {
        report.mistake(
            labels,
            "`labels(…)` are those of a histogram; name it first: `#[timed(Set::histogram, labels(…))]`",
        );
    }
}

fn labels_are_given_once(labels: &[LabelValue], report: &mut Report) {
    for (place, LabelValue { label, .. }) in labels.iter().enumerate() {
        if labels[..place]
            .iter()
            .any(|earlier| earlier.label == *label)
        {
            report.mistake(
                label,
                format_args!("`{label}` is given twice; leave one of them out"),
            );
        }
    }
}
