//! What can be promised of a function: by which metrics it is measured, and what could ever be told of it.

use syn::Path;

use crate::report::Report;
use crate::timed::keys::Attribute;
use crate::timed::model::{Field, Fields, Metric, Objective, Own, Records, Target};
use crate::timed::parse::Arguments;
use crate::timed::percent::Unfit;
use crate::timed::slo::{Quantile, Slo, Successes};

pub(super) fn objective(
    arguments: &Arguments,
    own: &Own,
    metrics: &[Metric],
    report: &mut Report,
) -> Option<Objective> {
    let slo = arguments.slo.as_ref()?;
    if let Some(success) = &slo.success {
        some_may_fail(success, report);
    }
    for quantile in &slo.latency {
        some_may_be_slower(quantile, report);
    }
    times_grow_with_quantiles(slo, report);
    time_is_taken(arguments, slo, report);
    let fields = (!own.calls).then(|| {
        let mut field = |records| field(records, metrics, slo, report);
        Fields {
            time: field(Records::Time),
            calls: field(Records::Calls),
            errors: field(Records::Errors),
        }
    });
    Some(Objective {
        slo: slo.clone(),
        fields,
    })
}

/// An alert looks at what was burnt of the budget: there has to be one, and enough calls to burn it.
fn some_may_fail(success: &Successes, report: &mut Report) {
    let Successes {
        written,
        span,
        percent,
    } = success;
    let share = percent.value();
    let wrong = match percent.unfit() {
        None => return,
        Some(_) if share > 0.0 && share < 1.0 => format!(
            "`{written}` is less than one call in a hundred; the share is in percent: write `success > {}`",
            rounded(share * 100.0)
        ),
        Some(Unfit::MoreThanAll) => format!(
            "`{written}` is more than all calls; write a percentage below 100, such as `success > 99.9`"
        ),
        Some(Unfit::All) => format!(
            "`{written}` leaves no call that may fail, so that the first one would break it for a month; write a percentage below 100, such as `success > 99.9`"
        ),
        Some(Unfit::TooLow) => format!(
            "`{written}` lets {} % of calls fail, and the alert about a fast burn waits for 14.4 times that, more than all there are; promise at least `success > 93.06`",
            percent.rest()
        ),
    };
    report.add(syn::Error::new(*span, wrong));
}

fn some_may_be_slower(quantile: &Quantile, report: &mut Report) {
    let Quantile {
        name,
        span,
        percent,
        ..
    } = quantile;
    let wrong = match percent.unfit() {
        None => return,
        Some(Unfit::MoreThanAll) => format!(
            "`{name}` is above 100 percent; write the decimals behind a point, such as `p99.9`"
        ),
        Some(Unfit::All) => format!(
            "`{name}` leaves no call that may be slower, so that the first one would break it for a month; write `p99.9`"
        ),
        Some(Unfit::TooLow) => format!(
            "`{name}` lets {} % of calls be slower, and the alert about a fast burn waits for 14.4 times that, more than all there are; promise at least `p93.06`, such as `p95`",
            percent.rest()
        ),
    };
    report.add(syn::Error::new(*span, wrong));
}

/// A product of decimals without the hair that it is off by.
fn rounded(percent: f64) -> f64 {
    (percent * 1e9).round() / 1e9
}

/// Of two quantiles the higher one says nothing unless it gives more time, and the lower one is said by it.
fn times_grow_with_quantiles(slo: &Slo, report: &mut Report) {
    for lower in &slo.latency {
        let higher = slo.latency.iter().find(|higher| {
            higher.percent.value() > lower.percent.value() && higher.nanos <= lower.nanos
        });
        if let Some(higher) = higher {
            report.add(syn::Error::new(
                lower.span,
                format_args!(
                    "`{}` is promised by `{}` already; leave one of them out, or give the higher one more time",
                    lower.written(),
                    higher.written()
                ),
            ));
        }
    }
}

fn time_is_taken(arguments: &Arguments, slo: &Slo, report: &mut Report) {
    if arguments.attribute == Attribute::Timed {
        return;
    }
    if let Some(first) = slo.latency.first() {
        report.add(syn::Error::new(
            first.span,
            format_args!(
                "`{}` is about time, which `#[counted]` does not take; write `#[timed(…)]`, or promise `success > 99.9` alone",
                first.written()
            ),
        ));
    }
}

/// The metric of a set that records this.
fn field(records: Records, metrics: &[Metric], slo: &Slo, report: &mut Report) -> Option<Field> {
    let metric = metrics.iter().find(|metric| metric.records == records)?;
    let span = super::span(&metric.target);
    let key = &slo.key;
    match &metric.target {
        Target::Global { set, .. } if is_self(set) => {
            report.add(syn::Error::new(
                span,
                format_args!(
                    "`{key}(…)` is kept in a static, where nobody knows what `Self` is; write the name of the set"
                ),
            ));
            None
        }
        Target::Global { set, field } => Some(Field {
            set: set.clone(),
            field: field.clone(),
        }),
        Target::Expression { .. } => {
            report.add(syn::Error::new(
                span,
                format_args!(
                    "`{key}(…)` is about a family that is known while compiling, and this is found when the function runs; name a set that registers itself, `Set::field`, or leave `{key}` out"
                ),
            ));
            None
        }
    }
}

fn is_self(path: &Path) -> bool {
    let first = path.segments.first();
    first.is_some_and(|first| first.ident == "Self")
}
