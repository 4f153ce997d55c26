//! What a function feeds of the families that all functions share, and the keys that are about these.

use syn::ext::IdentExt as _;
use syn::{Expr, LitStr};

use super::reported;
use crate::buckets;
use crate::length::nanos;
use crate::report::Report;
use crate::timed::keys::Attribute;
use crate::timed::model::{Function, Own};
use crate::timed::parse::{Arguments, Given};

/// What the function feeds of the families that all functions share: all of it, unless it has metrics of its own.
pub(super) fn own(
    arguments: &Arguments,
    function: &Function,
    of_type: Option<&str>,
    report: &mut Report,
) -> Own {
    let timed = arguments.attribute == Attribute::Timed;
    let calls = arguments.histogram.is_none() && (timed || arguments.counter.is_none());
    let poll_time = arguments.poll_time.as_ref();
    let busy = poll_time.is_some_and(|given| given.value.is_none());
    let slow_nanos = arguments
        .slow
        .as_ref()
        .and_then(|slow| reported(nanos(slow, "slow", "500ms"), report));
    let name = function.signature.ident.unraw().to_string();
    let name = match (&arguments.name, of_type) {
        (Some(given), _) => {
            let promised = arguments.slo.is_some();
            name_is_used(
                given,
                calls || busy || arguments.slow.is_some() || promised,
                report,
            );
            given.value.value()
        }
        (None, Some(of_type)) => format!("{of_type}::{name}"),
        (None, None) => name,
    };
    let own_buckets = arguments
        .buckets
        .as_ref()
        .filter(|given| buckets_are_used(given, calls || busy, report));
    Own {
        name,
        calls,
        duration: calls && timed,
        busy,
        slow_nanos,
        buckets: own_buckets.and_then(|given| buckets::read(given.value.clone(), report)),
    }
}

fn name_is_used(given: &Given<LitStr>, used: bool, report: &mut Report) {
    if !used {
        report.mistake(
            &given.key,
            "`name` is the label `function` of the families that all functions share, which this one does not feed; leave it out",
        );
    } else if given.value.value().is_empty() {
        report.mistake(&given.value, "`name = \"\"` is empty; leave it out");
    }
}

fn buckets_are_used(given: &Given<Expr>, used: bool, report: &mut Report) -> bool {
    if !used {
        report.mistake(
            &given.key,
            "`buckets` are declared where the histogram is: `#[metric(buckets = …)]` on the field",
        );
    }
    used
}
