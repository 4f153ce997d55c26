//! Declare metrics on plain structs and functions; registration, timing and exposition follow from the
//! declaration.
//!
//! # A whole program
//!
//! ```
//! use metrics_core::{Counter, Gauge, Histogram, Registry};
//! use metrics_core::{Label, LabelSet, MetricSet, Outcome, timed};
//!
//! /// A label is an enum: its values are known, and a typing error does not compile.
//! #[derive(Clone, Copy, Label)]
//! enum Provider { OpenAi, Anthropic }
//!
//! #[derive(Clone, Copy, LabelSet)]
//! struct ByProvider { provider: Provider }
//!
//! #[derive(Clone, Copy, LabelSet)]
//! struct ByOutcome { provider: Provider, outcome: Outcome }
//!
//! /// What the chat back end spends on language models.
//! #[derive(MetricSet)]
//! #[metrics(prefix = "chatbox")]
//! struct Llm {
//!     /// Tokens used.
//!     tokens: Counter<ByProvider>,
//!     /// Time to a complete answer.
//!     #[metric(unit = "seconds", buckets = [0.1, 1.0, 10.0])]
//!     latency: Histogram<ByOutcome>,
//!     /// Requests in flight.
//!     in_flight: Gauge,
//! }
//!
//! #[timed(Llm::latency, labels(provider), in_flight = Llm::in_flight)]
//! fn ask(provider: Provider, prompt: &str) -> Result<String, String> {
//!     let answer = prompt.chars().rev().collect::<String>();
//!     Llm::global().tokens.with(ByProvider { provider }).inc_by(answer.len() as u64);
//!     if answer.is_empty() { Err("no prompt".to_owned()) } else { Ok(answer) }
//! }
//!
//! assert!(ask(Provider::OpenAi, "hello").is_ok());
//! assert!(ask(Provider::OpenAi, "").is_err());
//!
//! let text = Registry::global().encode_text();
//! for line in [
//!     r#"# HELP chatbox_tokens_total Tokens used."#,
//!     r#"# TYPE chatbox_tokens_total counter"#,
//!     r#"chatbox_tokens_total{provider="open_ai"} 5"#,
//!     r#"chatbox_tokens_total{provider="anthropic"} 0"#,
//!     r#"chatbox_latency_seconds_count{provider="open_ai",outcome="ok"} 1"#,
//!     r#"chatbox_latency_seconds_count{provider="open_ai",outcome="error"} 1"#,
//!     r#"chatbox_latency_seconds_count{provider="open_ai",outcome="panic"} 0"#,
//!     r#"chatbox_in_flight 0"#,
//! ] {
//!     assert!(text.lines().any(|exposed| exposed == line), "{line}");
//! }
//! ```
//!
//! To serve it, add the crate `metrics-server` and one line to `main`:
//! `metrics_server::Server::bind("127.0.0.1:9090")?.spawn()?;`
//!
//! # What there is
//!
//! **A set** is a struct of metrics with [`#[derive(MetricSet)]`](derive@MetricSet). A set is registered by being
//! linked: `Llm::global()` is the instance in [`Registry::global`]. With `#[metrics(register = false)]` it is
//! not, and [`MetricSet::register`] puts an instance of your own into a [`Registry`] of your own: for tests,
//! for plug-ins, for several tenants in one process.
//!
//! **A family** is one field of a set: one name, one help text (the doc comment, which is required), one kind.
//!
//! | field type | what it is | exposed as |
//! |---|---|---|
//! | [`Counter`] | a number that only grows, `u64` or `f64` | `…_total` |
//! | [`Gauge`] | a number that goes up and down, `i64` or `f64` | as named |
//! | [`Histogram`] | observations in buckets, `f64` or `u64` | `…_bucket`, `…_sum`, `…_count` |
//! | [`Info`] | what does not change, as labels: a version | `…_info`, always 1 |
//! | [`StateSet`] | which state of an enum something is in | as named, a series for each state |
//!
//! The name is the prefix, the field's name, the unit if it is not there already, and `_total` for a counter.
//! A set may hold others, `#[metric(flatten)]`, and give all its series constant labels, `#[metrics(labels(…))]`.
//! Unlabelled metrics of the `prometheus` crate may be fields too, so that existing code moves over field by
//! field.
//!
//! **Labels** tell the series of a family apart. A label set is a struct with
//! [`#[derive(LabelSet)]`](derive@LabelSet); its fields are
//!
//! - *finite*: an enum with [`#[derive(Label)]`](derive@Label), `bool`, or [`Outcome`]. All combinations are exposed
//!   at zero from the first scrape, so that `rate()` does not miss the first error. An update is an index, not
//!   a hash.
//! - *open*: text or integers, with the most combinations to keep apart: `#[label(open, max = 100)] path: &'a str`.
//!   What comes after goes to one series whose open labels are [`overflow`](OVERFLOW); the total stays right,
//!   and `metrics_label_overflows_total` names the family. Cardinality cannot explode by accident. With `display`, a
//!   type of your own is one.
//!
//! A series of open labels need not stay: it is removed by hand ([`Counter::remove`]), leaves when it has not been used
//! for some time (`#[metric(idle = "10m")]`), or with its owner, such as a connection ([`OwnedSeries`]). Each is shown once
//! more in its final state.
//!
//! An `Option` of either is a label that may be missing, and `#[label(flatten)]` puts the labels of another set in the
//! place of a field.
//!
//! **Derived values** are gauges that are computed of other metrics of their set, by the time that they are read:
//! `#[metric(rate_of = hits, per = "minute", window = "60s")]` is how fast a counter grows,
//! `#[metric(ratio = success / (success + failure))]` is one sum by another, and
//! `#[metric(quantile_of = latency, q = 0.99, window = "60s")]` is a quantile of what was observed lately.
//!
//! ```
//! use metrics_core::{Counter, Gauge, MetricSet, Registry};
//!
//! /// A cache.
//! #[derive(MetricSet)]
//! #[metrics(prefix = "cache")]
//! struct Cache {
//!     /// Values found.
//!     hits: Counter,
//!     /// Values not found.
//!     misses: Counter,
//!     /// Share of values that were found.
//!     #[metric(ratio = hits / (hits + misses))]
//!     hit: Gauge<(), f64>,
//! }
//!
//! assert!(Registry::global().encode_text().contains("cache_hit 0\n"));
//! Cache::global().hits.inc_by(3);
//! Cache::global().misses.inc();
//! assert!(Registry::global().encode_text().contains("cache_hit 0.75\n"));
//! ```
//!
//! **Timing** is [`#[timed]`](macro@timed) on a function, sync or async. It records how long each call took and how
//! it ended: `ok`, `error`, `panic`, or `cancelled` for a future that was dropped. Alone, it feeds
//! `function_calls_total` and `function_duration_seconds`; with `Set::field`, a histogram of yours. Futures and streams that
//! a function returns, and whole `impl` blocks, are timed as well; [`#[counted]`](macro@counted) does without a clock, and
//! [`Histogram::start_timer`] times by hand.
//!
//! **Trouble is told, not thrown.** Mistakes in a declaration are compile errors that say how to mend them. Two
//! crates that declare one name do not panic: [`Registry::check`] reports all clashes with both places, and a
//! server does not start. What would make a value wrong (a counter asked to go down, a NaN observed) is refused
//! and counted in `metrics_rejected_updates_total`.
//!
//! **Reading.** [`Registry::gather`] shows every family and series to a [`Visitor`]. [`TextEncoder`],
//! [`OpenMetricsEncoder`] and [`ProtobufEncoder`] are visitors, which write the formats of Prometheus in chunks; the last
//! one carries native histograms. [`Registry::snapshot`] is the same as a value (with the feature
//! `serde`, as JSON too). [`Registry::attach`] exposes another registry beside your sets, of ours or of the `prometheus`
//! crate, and [`Registry::collector`] does the reverse. [`Registry::add_collector`] brings metrics up to date before they
//! are read; a gather waits for code of yours no longer than [`Registry::gather_until`] says.
//!
//! # Features
//!
//! None is on by default.
//!
//! | feature | what it adds |
//! |---|---|
//! | `events` | [`#[derive(StreamEvent)]`](derive@StreamEvent): what happens once, with data of its own, told to who listens, such as a client of `metrics-server` |
//! | `serde` | [`Snapshot`] and what it holds implement `serde::Serialize` |
//! | `stream` | `#[timed(stream = …)]`, for functions that return a stream |
//! | `tracing` | a call that `#[timed(slow = …)]` calls slow is logged as a warning, target `metrics_core::slow_call`; so is, once, a family whose open labels reach their cap, target `metrics_core::label_overflow`; `#[metric(exemplars)]` takes the spans of `tracing`; metrics-server turns this on |
//! | `opentelemetry` | `#[metric(exemplars)]` takes the spans of OpenTelemetry |
//! | `testing` | the module `testing`, for `[dev-dependencies]`: a scope for each test, a clock that the test moves, assertions of changes and expositions |
//!
//! # What an update costs
//!
//! A counter or histogram of finite labels is updated in a cell of the thread's own: a load, an add and a store, with no
//! lock, no locked instruction, no allocation and no hashing, the same with many threads as with one. A gauge is one
//! shared cell. An open label set is looked up by hash on every update.
//!
//! Each thread that updates anything has a table of 1 MiB of address space, of which it touches what it uses: 8 bytes a
//! thread and cell. The next thread goes on with the table of one that has ended.
//!
//! # Fork, signals, allocators
//!
//! A forked child has a copy of what its parent has counted. It exposes nothing of it: it calls [`after_fork`], and counts
//! from zero, or shows only how many families are hidden. Fork before other threads update anything.
//!
//! Do not update metrics in a signal handler: it may come between the two halves of an update of the thread that it
//! interrupts, of which one is then lost, or wait for a lock that this thread holds.
//!
//! A global allocator may update metrics of finite labels in a set that was made before. It must not look up open labels,
//! which are kept under a lock where memory is allocated.
//!
//! A gather that runs code of yours keeps a thread for it, `metrics-collect`, which does not keep the process alive; a
//! forked child makes one of its own. So it is with `metrics-derived`, which looks at the sources of derived values with a
//! window, and is there while there are any.

#![cfg_attr(docsrs, feature(doc_cfg))]
// what is taken for sure is said by types: an `expect` would end a request, a poisoned lock's all of them
#![cfg_attr(not(test), deny(clippy::expect_used))]

mod declare;
mod encode;
mod error;
#[cfg(feature = "events")]
mod events;
mod gather;
mod register;
#[cfg(feature = "testing")]
pub mod testing;
mod update;

pub mod promql {
    //! Expressions of PromQL as constants: what alerts are declared with.
    pub use crate::declare::{
        Grouping, Matcher, Matching, MetricName, Promql, Selector, Span, TARGET_LABELS,
    };
}

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use declare::{
    Alert, AlertExample, DEFAULT_BUCKETS, Declaration, Derived, Descriptor, Kind, Label,
    LabelDescriptor, LabelSet, LabelValues, Latency, MAX_BUCKETS, MAX_NAME_LEN, Measured, Name,
    NativeOptions, NestedSet, OVERFLOW, Objective, OpenLabel, Outcome, Panels, Scaling,
    SetDescriptor, SetFamily, Source, Success,
};
pub use encode::{
    CHUNK_LEN, ExemplarSnapshot, FamilySnapshot, NativeSnapshot, OPEN_METRICS_0_0_1_CONTENT_TYPE,
    OPEN_METRICS_CONTENT_TYPE, OpenMetricsEncoder, PROTOBUF_CONTENT_TYPE, ProtobufEncoder,
    RegistryCollector, SeriesSnapshot, Snapshot, TEXT_CONTENT_TYPE, TextEncoder, ValueSnapshot,
    bound_texts,
};
pub use error::Error;
#[cfg(feature = "events")]
pub use events::{Event, EventType, Listening, MAX_EVENT_LEN, StreamEvent, event_types, listen};
pub use gather::{FamilyView, SeriesView, Visitor};
pub use metrics_derive::{Label, LabelSet, MetricSet, StreamEvent, counted, timed};
pub use register::{
    Attached, Attachment, AttachmentGuard, Conflict, Declarations, DeclaredFamily, Family,
    MetricSet, Place, Registry, RegistryBuilder, after_fork,
};
pub use update::{
    Buckets, Counter, CounterChild, CounterValue, DeclaredFunction, Exemplar, Gauge, GaugeChild,
    GaugeGuard, GaugeValue, Histogram, HistogramChild, HistogramValue, Info, LabelPairs, LabelText,
    Labels, Mark, Metric, MetricField, NativeBuckets, Number, OwnedGaugeGuard, OwnedSeries, Point,
    Quantiles, ReadField, StateSet, Timer, Value, set_exemplar_source,
};

// its examples are tested as those of the documentation are
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
