//! What a call is and where it ends: with the body, with a future or in a stream.

use syn::ReturnType;

use crate::report::Report;
use crate::timed::model::{Boxing, Function, Returns, Shape, StreamMode};
use crate::timed::parse::{Arguments, Given};
use crate::timed::returns::{self, Lazy};

pub(super) fn shape(
    arguments: &Arguments,
    function: &Function,
    report: &mut Report,
) -> Option<Shape> {
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
    if matches!(Returns::of(output), Returns::Unit | Returns::Never) {
        report.mistake(
            &given.key,
            "`stream` is for a function that returns a stream, and this one returns nothing; leave it out",
        );
        return None;
    }
    if stream.is_none() && !returns::may_be_another_name(output) {
        no_stream(given, output, report);
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

fn no_stream(given: &Given<StreamMode>, output: &ReturnType, report: &mut Report) {
    let ReturnType::Type(_, ty) = output else {
        return;
    };
    let key = &given.key;
    report.mistake(
        ty,
        format_args!(
            "`{key}` is for `impl Stream`, `Pin<Box<dyn Stream>>`, `BoxStream`, or a `Result` with one of them, and this is none; leave `{key}` out"
        ),
    );
}

/// What a function that is not `async` returns may be a future nevertheless.
fn lazy_or_body(function: &Function) -> Shape {
    let output = &function.signature.output;
    let found = returns::future(output);
    let boxed = !matches!(&found, Some(lazy) if matches!(lazy.boxing, Boxing::No));
    let body = function.body.stream();
    let at_the_end = boxed.then(|| returns::boxed_at_the_end(&body, found.is_some()));
    let (boxing, item) = match (at_the_end.flatten(), found) {
        (Some(boxing), found) => (boxing, found.and_then(|lazy| lazy.item)),
        (None, Some(lazy)) => (lazy.boxing, lazy.item),
        (None, None) => return Shape::Body(Returns::of(output)),
    };
    Shape::Future(boxing, item.unwrap_or_else(|| syn::parse_quote!(_)))
}

pub(super) fn polls_have_a_future(
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
