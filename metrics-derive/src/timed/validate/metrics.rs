//! The metrics of sets that are named, and the values of their labels.

use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{Expr, Path, PathArguments};

use super::reported;
use crate::report::Report;
use crate::timed::keys::Attribute;
use crate::timed::model::{Function, LabelValue, Metric, Records, Target};
use crate::timed::parse::{Arguments, Given};
use crate::timed::signature::{first_word, has_argument, is_borrowed};

pub(super) fn metrics(
    arguments: &Arguments,
    function: &Function,
    report: &mut Report,
) -> Vec<Metric> {
    let poll_time = arguments.poll_time.as_ref();
    let named = [
        (arguments.histogram.as_ref(), Records::Time, "histogram"),
        (arguments.counter.as_ref(), Records::Calls, "counter"),
        (arguments.errors.as_ref(), Records::Errors, "counter"),
        (
            poll_time.and_then(|given| given.value.as_ref()),
            Records::BusyTime,
            "histogram",
        ),
    ];
    let mut metrics = Vec::new();
    for (written, records, kind) in named {
        let found = written.map(|written| target(written, kind, function));
        if let Some(target) = found.and_then(|found| reported(found, report)) {
            metrics.push(Metric { records, target });
        }
    }
    metrics
}

/// What a metric of the `kind` is named by.
pub(super) fn target(written: &Expr, kind: &str, function: &Function) -> syn::Result<Target> {
    match written {
        Expr::Path(path) if path.qself.is_none() && !is_static(&path.path) => {
            let name = path.path.get_ident().map(Ident::to_string);
            match name {
                Some(name) if has_argument(&function.signature, &name) => {}
                _ => return field_of_set(written, &path.path, kind),
            }
        }
        Expr::Path(_)
        | Expr::Field(_)
        | Expr::MethodCall(_)
        | Expr::Call(_)
        | Expr::Index(_)
        | Expr::Paren(_)
        | Expr::Unary(_)
        | Expr::Reference(_) => {}
        other => {
            return Err(syn::Error::new_spanned(
                other,
                format_args!("a {kind} is named by its set: `Set::field`, or `self.set.field`"),
            ));
        }
    }
    let first = first_word(written);
    let borrowed = match (&first, written) {
        (Some(name), Expr::Path(_) | Expr::Field(_)) => {
            is_borrowed(&function.signature, name) || !has_argument(&function.signature, name)
        }
        (Some(name), Expr::MethodCall(_) | Expr::Index(_)) => {
            is_borrowed(&function.signature, name)
        }
        _ => false,
    };
    Ok(Target::Expression {
        written: written.clone(),
        borrowed,
    })
}

/// `A_STATIC`, by itself or in a module.
fn is_static(path: &Path) -> bool {
    let last = path.segments.last().map(|last| last.ident.to_string());
    last.is_some_and(|name| !name.chars().any(char::is_lowercase))
}

fn field_of_set(written: &Expr, path: &Path, kind: &str) -> syn::Result<Target> {
    let mut segments = path.segments.clone();
    let last = segments.pop();
    let (Some(last), false) = (last, segments.is_empty()) else {
        let name = written.to_token_stream();
        return Err(syn::Error::new_spanned(
            written,
            format_args!(
                "`{name}` is neither a key nor an argument of the function; name the set that the {kind} is in: `Set::{name}`"
            ),
        ));
    };
    if !matches!(last.arguments, PathArguments::None) {
        return Err(syn::Error::new_spanned(
            last.arguments,
            format_args!("a {kind} is named by its set: `Set::field`"),
        ));
    }
    // the last `::` stays behind
    let segments = segments.into_iter().collect();
    let set = Path {
        leading_colon: path.leading_colon,
        segments,
    };
    let field = last.ident;
    Ok(Target::Global { set, field })
}

pub(super) fn labels(arguments: &Arguments, report: &mut Report) -> Vec<LabelValue> {
    let Some(Given { key, value }) = &arguments.labels else {
        return Vec::new();
    };
    let has_metric = arguments.histogram.is_some()
        || arguments.counter.is_some()
        || arguments.errors.is_some()
        || arguments.in_flight.is_some();
    if !has_metric {
        let (attribute, kind) = match arguments.attribute {
            Attribute::Timed => ("timed", "histogram"),
            Attribute::Counted => ("counted", "counter"),
        };
        report.mistake(
            key,
            format_args!(
                "`labels(…)` are those of a {kind}; name it first: `#[{attribute}(Set::{kind}, labels(…))]`"
            ),
        );
    }
    labels_are_given_once(value, report);
    value.clone()
}

fn labels_are_given_once(labels: &[LabelValue], report: &mut Report) {
    for (place, LabelValue { label, .. }) in labels.iter().enumerate() {
        let earlier = labels.iter().take(place);
        if earlier.into_iter().any(|earlier| earlier.label == *label) {
            report.mistake(
                label,
                format_args!("`{label}` is given twice; leave one of them out"),
            );
        }
    }
}

/// Where an error about `target` is shown.
pub(in crate::timed) fn span(target: &Target) -> Span {
    match target {
        Target::Global { set, field } => quote::quote!(#set::#field).span(),
        Target::Expression { written, .. } => written.span(),
    }
}
