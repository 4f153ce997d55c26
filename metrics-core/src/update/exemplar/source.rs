//! What an update is caused by: the span that is current, by OpenTelemetry, by `tracing`, or by a tracer of the user's.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use crate::update::forget_panic;

/// Whom a source hands labels to.
type Take<'t> = &'t mut dyn FnMut(&[(&str, &str)]);

type Source = dyn Fn(Take<'_>) + Send + Sync;

static OF_USER: OnceLock<Box<Source>> = OnceLock::new();

/// Sets where the updates of families with `#[metric(exemplars)]` take their exemplars from, for tracers that this
/// crate does not know. Once for a process: returns whether it was the first, and later ones change nothing.
///
/// `source` is called in the midst of an update, and hands the labels of the span that is current to the function that
/// it is given; where there is none, it does not call it. It is called on a thread that has just updated such a
/// family, unless the bucket has an exemplar already that was not gathered yet: so it is to be quick where there is
/// no span. It is asked in place of OpenTelemetry and `tracing`. Updates that it makes itself take no exemplars, and on
/// a thread where it panics it is not asked again. Labels by the rules of [`Histogram::observe_with_exemplar`].
///
/// ```
/// use metrics_core::{Counter, MetricSet, Registry};
/// use std::cell::RefCell;
///
/// /// A shop.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct Shop {
///     /// Orders placed.
///     #[metric(exemplars)]
///     orders: Counter,
/// }
///
/// thread_local! {
///     static REQUEST: RefCell<String> = RefCell::default();
/// }
///
/// let is_first = metrics_core::set_exemplar_source(|take| {
///     REQUEST.with_borrow(|id| take(&[("request_id", id)]));
/// });
/// assert!(is_first);
///
/// let registry = Registry::new();
/// let shop = Shop::register(&registry)?;
/// REQUEST.set(String::from("41af"));
/// shop.orders.inc();
/// let text = registry.encode_open_metrics();
/// assert!(text.contains("orders_total 1 # {request_id=\"41af\"} 1"), "{text}");
/// # Ok::<(), metrics_core::Error>(())
/// ```
///
/// [`Histogram::observe_with_exemplar`]: crate::Histogram::observe_with_exemplar
pub fn set_exemplar_source(
    source: impl Fn(&mut dyn FnMut(&[(&str, &str)])) + Send + Sync + 'static,
) -> bool {
    OF_USER.set(Box::new(source)).is_ok()
}

/// Hands the labels of the span that is current to `take`, if there is one that is recorded.
pub(super) fn current(take: Take<'_>) {
    let has_built_in = cfg!(any(feature = "opentelemetry", feature = "tracing"));
    if !has_built_in && OF_USER.get().is_none() {
        return;
    }
    asking(|| match OF_USER.get() {
        Some(source) => source(take),
        None => known_tracers(take),
    });
}

fn known_tracers(take: Take<'_>) {
    #[cfg(feature = "opentelemetry")]
    if opentelemetry::take(take) {
        return;
    }
    #[cfg(feature = "tracing")]
    tracing_span::take(take);
    let _ = take;
}

/// Whether this thread may ask.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// It has not asked yet.
    New,
    Ready,
    /// It is being asked: what a source does itself has no cause that it could be asked for.
    Asking,
    /// The thread is being torn down, where a tracer may have lost what it keeps for it; or the source has panicked.
    Over,
}

thread_local! {
    static STATE: Cell<State> = const { Cell::new(State::New) };

    /// A thread-local of its own, because one with a destructor is slower to reach.
    static END: End = const { End };
}

struct End;

impl Drop for End {
    fn drop(&mut self) {
        STATE.set(State::Over);
    }
}

/// Runs a source, which may panic or update metrics.
fn asking(ask: impl FnOnce()) {
    let state = STATE.get();
    if !matches!(state, State::New | State::Ready) {
        return;
    }
    STATE.set(State::Asking);
    let asked = catch_unwind(AssertUnwindSafe(ask)).map_err(forget_panic);
    // made after the thread-locals of the tracer, which is when it was first asked; so it goes before them
    let lives = state == State::Ready || END.try_with(|_| ()).is_ok();
    STATE.set(if asked.is_ok() && lives {
        State::Ready
    } else {
        State::Over
    });
}

#[cfg(feature = "opentelemetry")]
mod opentelemetry {
    use opentelemetry::Context;
    use opentelemetry::trace::TraceContextExt;

    use super::Take;

    /// Takes the ids of the span that is current if it is sampled: another one is nowhere to be found. Returns whether
    /// there is a span at all.
    ///
    /// `tracing-opentelemetry` makes the spans of `tracing` current here, from its version 0.32 on
    /// (`OpenTelemetryLayer::with_context_activation`, on by default).
    pub(super) fn take(take: Take<'_>) -> bool {
        let (is_span, sampled) = Context::map_current(|context| {
            let span = context.span();
            let span = span.span_context();
            let ids = || (span.trace_id(), span.span_id());
            (
                span.is_valid(),
                (span.is_valid() && span.is_sampled()).then(ids),
            )
        });
        if let Some((trace, span)) = sampled {
            let (trace, span) = (trace.to_string(), span.to_string());
            take(&[("trace_id", &trace), ("span_id", &span)]);
        }
        is_span
    }
}

#[cfg(feature = "tracing")]
mod tracing_span {
    use super::Take;
    use crate::update::exemplar::limits::Fitting;

    /// Takes the name and the id of the span that is current.
    pub(super) fn take(take: Take<'_>) {
        // as `Span::current` asks, without counting a handle to the span
        let current = tracing::dispatcher::get_default(|dispatch| {
            let current = dispatch.current_span();
            Some((current.id()?.into_u64(), current.metadata()?.name()))
        });
        if let Some((id, name)) = current {
            let id = id.to_string();
            let labels = [("span", name), ("span_id", &id)];
            // a name may be too long
            let whole = Fitting::new(&labels).is_some();
            take(labels.get(usize::from(!whole)..).unwrap_or_default());
        }
    }
}
