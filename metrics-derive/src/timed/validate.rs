//! The rules of timed and counted functions, one function each; from what was read to a model.

use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Expr, LitStr, Path, PathArguments, ReturnType};

use super::model::{
    Boxing, Function, Judge, LabelValue, Metric, Own, Records, Returns, Shape, StreamMode, Target,
    Timed,
};
use super::parse::{Arguments, Attribute, Given};
use super::returns::{self, Lazy};
use super::signature::{first_word, has_argument, is_borrowed};
use crate::buckets;
use crate::report::Report;

/// `None` after a mistake of a kind that leaves nothing to go on with.
pub(super) fn validate(
    arguments: Arguments,
    function: Function,
    of_type: Option<&str>,
    report: &mut Report,
) -> Option<Timed> {
    runs_at_run_time(&function, of_type, report);
    skips_in_a_block(&arguments, report);
    let shape = shape(&arguments, &function, report);
    polls_have_a_future(&arguments, &function, &shape, report);
    let judge = judge(&arguments, &function, report);
    let metrics = metrics(&arguments, &function, report);
    let in_flight = arguments.in_flight.as_ref();
    let in_flight =
        in_flight.and_then(|written| reported(target(written, "gauge", &function), report));
    let labels = labels(&arguments, report);
    let own = own(&arguments, &function, of_type, report);
    Some(Timed {
        krate: arguments.krate,
        shape: shape?,
        own,
        metrics,
        labels,
        in_flight,
        judge,
        function,
    })
}

fn reported<T>(found: syn::Result<T>, report: &mut Report) -> Option<T> {
    found.map_err(|mistake| report.add(mistake)).ok()
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

fn shape(arguments: &Arguments, function: &Function, report: &mut Report) -> Option<Shape> {
    let output = &function.signature.output;
    let stream = returns::stream(output);
    match (&arguments.stream, stream) {
        (Some(given), stream) => stream_shape(given, stream, function, report),
        (None, Some(_)) => {
            stream_without_mode(output, report);
            None
        }
        (None, None) if function.signature.asyncness.is_none() => Some(lazy_or_body(function)),
        (None, None) => Some(Shape::Body(Returns::of(output))),
    }
}

/// The time until a stream is made says nothing about it.
fn stream_without_mode(output: &ReturnType, report: &mut Report) {
    let ReturnType::Type(_, ty) = output else {
        return;
    };
    report.mistake(
        ty,
        "this function has returned before its stream has an item; say where the call ends: `stream = first_item`, `stream = each_item` or `stream = lifetime`",
    );
}

fn stream_shape(
    given: &Given<StreamMode>,
    stream: Option<(Lazy, bool)>,
    function: &Function,
    report: &mut Report,
) -> Option<Shape> {
    if !cfg!(feature = "stream") {
        report.mistake(
            &given.key,
            "`stream` needs the feature of that name: `metrics-core = { version = \"…\", features = [\"stream\"] }`",
        );
        return None;
    }
    let output = &function.signature.output;
    if !matches!(Returns::of(output), Returns::Value(_)) {
        report.mistake(
            &given.key,
            "`stream` is for a function that returns a stream, and this one returns nothing; leave it out",
        );
        return None;
    }
    // under another name it can be a boxed one, and nothing else: another type would not fit
    let named = || {
        let lazy = Lazy {
            boxing: Boxing::Yes,
            item: None,
        };
        (lazy, returns::is_result(output))
    };
    let (Lazy { boxing, item }, in_result) = stream.unwrap_or_else(named);
    Some(Shape::Stream {
        mode: given.value,
        boxing,
        item,
        in_result,
    })
}

/// What a function that is not `async` returns may be a future nevertheless.
fn lazy_or_body(function: &Function) -> Shape {
    let output = &function.signature.output;
    let found = returns::future(output);
    let at_the_end = || {
        let boxing = returns::boxed_at_the_end(&function.body.stream())?;
        let Boxing::AtTheEnd { argument, .. } = &boxing else {
            return None;
        };
        (found.is_some() || returns::is_async_block(argument)).then_some(boxing)
    };
    let boxed = !matches!(&found, Some(lazy) if matches!(lazy.boxing, Boxing::No));
    let at_the_end = boxed.then(at_the_end).flatten();
    let (boxing, item) = match (at_the_end, found) {
        (Some(boxing), found) => (boxing, found.and_then(|lazy| lazy.item)),
        (None, Some(lazy)) => (lazy.boxing, lazy.item),
        (None, None) => return Shape::Body(Returns::of(output)),
    };
    Shape::Future(boxing, item.unwrap_or_else(|| syn::parse_quote!(_)))
}

fn polls_have_a_future(
    arguments: &Arguments,
    function: &Function,
    shape: &Option<Shape>,
    report: &mut Report,
) {
    let Some(given) = &arguments.poll_time else {
        return;
    };
    let future = match shape {
        Some(Shape::Future(..)) | None => true,
        Some(Shape::Body(_)) => function.signature.asyncness.is_some(),
        Some(Shape::Stream { .. }) => false,
    };
    if !future {
        report.mistake(
            &given.key,
            "`poll_time` is for a function that is `async` or returns a future; leave it out",
        );
    }
}

fn judge(arguments: &Arguments, function: &Function, report: &mut Report) -> Judge {
    let mut given: Vec<(&Ident, Judge)> = Vec::new();
    if let Some(key) = &arguments.result {
        given.push((key, Judge::Result(key.clone())));
    }
    if let Some(Given { key, value }) = &arguments.ok_if {
        given.push((key, Judge::OkIf(value.clone())));
    }
    if let Some(Given { key, value }) = &arguments.error_if {
        given.push((key, Judge::ErrorIf(value.clone())));
    }
    if let Some(Given { key, value }) = &arguments.error_label {
        given.push((key, Judge::ErrorLabel(value.clone())));
        error_labels_have_a_metric(key, arguments, report);
    }
    let Some((first, _)) = given.first() else {
        return Judge::ByType;
    };
    for (key, _) in given.iter().skip(1) {
        report.mistake(
            key,
            format_args!("`{first}` says already how a call went; leave `{key}` or `{first}` out"),
        );
    }
    if !matches!(Returns::of(&function.signature.output), Returns::Value(_)) {
        report.mistake(
            first,
            format_args!("`{first}` is about what a function returns, and this one returns nothing; leave it out"),
        );
    }
    given.swap_remove(0).1
}

fn error_labels_have_a_metric(key: &Ident, arguments: &Arguments, report: &mut Report) {
    if arguments.histogram.is_none() && arguments.counter.is_none() {
        let attribute = arguments.attribute.name();
        report.mistake(
            key,
            format_args!(
                "`error_label` fills a label of a metric of yours; name it first: `#[{attribute}(Set::field, error_label = …)]`"
            ),
        );
    }
}

fn metrics(arguments: &Arguments, function: &Function, report: &mut Report) -> Vec<Metric> {
    let poll_time = arguments.poll_time.as_ref();
    let named = [
        (arguments.histogram.as_ref(), Records::Time, "histogram"),
        (arguments.counter.as_ref(), Records::Calls, "counter"),
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
fn target(written: &Expr, kind: &str, function: &Function) -> syn::Result<Target> {
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
            format_args!("name the set that the {kind} is in: `Set::{name}`"),
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

fn labels(arguments: &Arguments, report: &mut Report) -> Vec<LabelValue> {
    let Some(Given { key, value }) = &arguments.labels else {
        return Vec::new();
    };
    let has_metric = arguments.histogram.is_some()
        || arguments.counter.is_some()
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

/// What the function feeds of the families that all functions share: all of it, unless it has metrics of its own.
fn own(
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
        .and_then(|slow| reported(nanos(slow), report));
    let name = function.signature.ident.unraw().to_string();
    let name = match (&arguments.name, of_type) {
        (Some(given), _) => {
            name_is_used(given, calls || busy || arguments.slow.is_some(), report);
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

const UNITS: [(&str, f64); 6] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 60e9),
];

/// `"1.5s"` in nanoseconds.
fn nanos(written: &LitStr) -> syn::Result<u64> {
    let text = written.value();
    let split = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit = UNITS.iter().find(|(name, _)| *name == unit.trim());
    let nanos = match (number.parse::<f64>(), unit) {
        (Ok(number), Some((_, unit))) => number * unit,
        _ => 0.0,
    };
    if nanos >= 1.0 && nanos < i64::MAX as f64 {
        return Ok(nanos as u64);
    }
    Err(syn::Error::new(
        written.span(),
        format_args!(
            "`slow = {text:?}` is no length of time; write a number above 0 and a unit, `ns`, `us`, `ms`, `s` or `m`: `slow = \"500ms\"`"
        ),
    ))
}

/// Where an error about `target` is shown.
pub(super) fn span(target: &Target) -> Span {
    match target {
        Target::Global { set, field } => quote::quote!(#set::#field).span(),
        Target::Expression { written, .. } => written.span(),
    }
}
