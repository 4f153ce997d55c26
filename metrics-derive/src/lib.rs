//! The macros of `metrics-core`, which re-exports them: use them from there.
//!
//! Each macro is a folder that reads what is written (`parse`), checks it (`validate`) into a plain `model`, and
//! turns that into code (`expand`). All mistakes of an item are reported at once, before expansion, which
//! cannot fail.

#![cfg_attr(docsrs, feature(doc_cfg))]
// what is taken for sure is said by types: an `expect` that fails tells nobody their mistake
#![cfg_attr(not(test), deny(clippy::expect_used))]

mod attr;
mod buckets;
mod case;
mod docs;
mod krate;
mod label;
mod label_set;
mod length;
mod metric_set;
mod name;
mod native;
mod promql;
mod report;
mod source;
mod stream_event;
mod timed;
mod unit;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a set of metrics: one declaration from which they are registered, updated and exposed.
///
/// Every field is a metric: a `Counter`, a `Gauge`, a `Histogram`, an `Info`, a `StateSet`, a metric of the `prometheus`
/// crate, or any type that is a `MetricField`. Its doc comment is the help text, up to the first empty line. The family name
/// is the set's prefix, the field's name, the unit and, for a counter, `_total`, each of them only where the
/// name does not end in it already.
///
/// A set without generics is in the registry of the process as soon as it is linked, and has `Set::global()`,
/// the instance that is exposed there. Any set can have more instances: `Set::register(&registry)`.
///
/// ```
/// use metrics_core::{Counter, Gauge, Histogram, MetricSet, Registry};
///
/// /// What the shop does.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "shop")]
/// struct Shop {
///     /// Orders placed.
///     orders: Counter,
///     /// Time to pay.
///     #[metric(unit = "seconds", buckets = [0.5, 2.0])]
///     payment: Histogram,
///     /// Carts that are open now.
///     carts: Gauge,
/// }
///
/// Shop::global().orders.inc();
/// let names: Vec<&str> = Shop::SET.families.iter().map(|family| family.name()).collect();
/// assert_eq!(names, ["shop_orders_total", "shop_payment_seconds", "shop_carts"]);
/// assert!(Registry::global().encode_text().contains("shop_orders_total 1\n"));
/// ```
///
/// # Attributes of the struct: `#[metrics(…)]`
///
/// | key | value | default | effect |
/// |---|---|---|---|
/// | `prefix` | text in snake_case | none | stands before the name of every field, with a `_` between |
/// | `labels(…)` | `name = "value"`, or the path of a constant of the type `&'static str` | none | labels that every series of the set has, those of nested sets too; a registry's own come first |
/// | `register` | `bool` | `true`, and `false` with generics | whether the linker registers the set and it has `global()` |
/// | `crate` | path | `::metrics_core` | where the core crate is, if it was renamed or is re-exported |
///
/// ```
/// use metrics_core::{Counter, MetricSet, Registry};
///
/// mod vendored {
///     pub use metrics_core as core;
/// }
///
/// /// One engine of several.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "engine", register = false, crate = vendored::core)]
/// struct Engine {
///     /// Turns.
///     turns: Counter,
/// }
///
/// let registry = Registry::new();
/// let engine = Engine::register(&registry)?;
/// engine.turns.inc();
/// assert!(registry.encode_text().contains("engine_turns_total 1\n"));
/// # Ok::<(), metrics_core::Error>(())
/// ```
///
/// # Attributes of a field: `#[metric(…)]`
///
/// | key | value | default | effect |
/// |---|---|---|---|
/// | `unit` | a base unit in full: `"seconds"`, `"bytes"`, `"ratio"`, … | none | is added to the name |
/// | `buckets` | see below | 5 ms to 10 s, as every Prometheus client; none with `native` | the bounds of a histogram, `+Inf` left out |
/// | `native` | alone, or with `factor`, `max_buckets`, `zero_threshold` | none | a histogram has native buckets; see below |
/// | `idle` | `"10m"`: a number and `ns`, `us`, `ms`, `s`, `m` or `h` | for ever | a series of open labels that was not looked up (`with`) for so long, and has no owner (`own`), goes; it is shown once more before. What a kept child does is no look-up |
/// | `exemplars` | – | – | updates of a counter or histogram take an exemplar from the span that is current; see below |
/// | `name` | text | prefix, field, unit and suffix | the whole family name, taken as it is |
/// | `read` | path of a function without arguments | updated by the program | a gauge or counter without labels has the value that the function returns when it is gathered; what the program sets is not exposed |
/// | `rate_of` | counters of this set: `hits`, `hits + misses` | – | a gauge shows how fast they grow, with all their labels; see below |
/// | `per` | `"second"`, `"minute"` or `"hour"` | `"second"` | with `rate_of`: the time that the rate is told for |
/// | `ratio` | `success / (success + failure)` | – | a gauge shows one sum of metrics of this set by another; see below |
/// | `quantile_of` | a histogram of this set with `buckets` | – | a gauge shows a quantile of what it observed, in all its labels; see below |
/// | `q` | a number between 0 and 1 | – | with `quantile_of`: which quantile |
/// | `window` | `"60s"`: from a second to a day, as for `idle` | `"60s"`, and all time for a `ratio` | what `rate_of`, `ratio` or `quantile_of` looks back at |
/// | `hpa(…)` | `average = 100, min = 2, max = 10`, all three | none | a gauge by which Kubernetes chooses the number of replicas, within these, so that its sum over all pods by their number is about `average`; read by `metrics_server::Artifacts` |
/// | `panels(…)` | any of `stat`, `rate = "5m"`, `change = "1h"` | none | what the dashboard of `metrics_server::Artifacts` shows of a gauge beside its time series: the newest value, how fast it changes, by how much it has changed; ranges as Prometheus writes them, of at least `1m` |
/// | `alert(…)` | see below; as often as one likes | none | somebody is told when an expression of PromQL is true: a rule for Prometheus, and its tests |
/// | `flatten` | – | – | the field is itself a set, and its families stand here; see below |
/// | `prefix` | text in snake_case | none | with `flatten`: stands before the names of that set, behind the prefix of this one |
/// | `skip` | – | – | the field is no metric, needs no doc comment, and starts as its `Default` |
/// | `allow` | list of conventions | none | breaks these on purpose |
///
/// **`buckets`** are a list of growing numbers, `buckets = [0.1, 1.0]`; `linear(start, width, count)`;
/// `exponential(start, factor, count)`; or the path of a constant of the type `&[f64]`. There may be 200.
///
/// **`native`** counts in buckets that are made as values come, each wider than the one before by the same factor, so
/// that no bounds need be chosen and quantiles are as near as the factor over the whole range. Prometheus takes them
/// by its protobuf format; in text such a histogram has a sum, a count and `le="+Inf"` alone. With `buckets` beside it,
/// both are kept. `factor` (1.1) is at most the step from bound to bound: what is taken is the next of
/// `2^(1/256)`, …, `2^(1/8)` = 1.09, …, 2, 4, …, 65,536 that is not above it. `max_buckets` (160, from 8 to 1,000) may hold something: one
/// more, and all are made coarser, pair by pair. `zero_threshold` (2^-128): what is at most so far from 0 has a bucket of
/// its own.
///
/// **`exemplars`** are taken from the span that is current where an update happens, one for each bucket between two
/// gathers. With the feature `opentelemetry` that is the current context, if it is sampled: `trace_id` and `span_id`, also of
/// spans of `tracing` that `tracing-opentelemetry` (from 0.32 on) makes current. Without such a context, and with the
/// feature `tracing`, it is the span of `tracing`: its name as `span`, its number in this process as `span_id`. Another
/// tracer is named with `metrics_core::set_exemplar_source`, in the place of both. Under `#[timed]` it is the span
/// that is current when the call ends: with `#[timed]` above `#[tracing::instrument]` it is that of the call, and the other
/// way round it is the one around it. What is given by hand, `observe_with_exemplar`, needs no feature, nor the key.
///
/// **`allow`** knows `gauge_total`: a gauge or histogram is called `…_total`; `gauge_info`: what is no `Info` is called
/// `…_info`; `counter_without_total`: a counter whose `name` is given is not called `…_total`; `base_unit`: a unit that
/// is not a base unit, such as milliseconds, in the name or as the `unit`; `kind_in_name`: the name has the kind in it,
/// as in `requests_counter`; `series_suffix`: the name ends like a series of a histogram, as in `jobs_count`, which a registry
/// refuses beside a histogram `jobs`. With `flatten`, `base_unit` and `kind_in_name` are about the `prefix`. These
/// conventions are those of `promtool check metrics`.
///
/// ```
/// use metrics_core::{Counter, Gauge, Histogram, MetricSet};
///
/// const SIZES: &[f64] = &[1024.0, 1048576.0];
///
/// /// A WebSocket server.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "websocket")]
/// struct WebSocket {
///     /// Size of a message.
///     #[metric(unit = "bytes", buckets = SIZES)]
///     message: Histogram,
///     /// Time to answer.
///     #[metric(unit = "seconds", buckets = exponential(0.001, 10.0, 4))]
///     answer: Histogram,
///     /// Connections, under the name that the dashboards know.
///     #[metric(name = "websocket_connections_total", allow(gauge_total))]
///     connections: Gauge,
///     /// Processors there are.
///     #[metric(read = processors)]
///     processors: Gauge,
///     #[metric(skip)]
///     greeting: String,
/// }
///
/// fn processors() -> usize {
///     std::thread::available_parallelism().map_or(1, |n| n.get())
/// }
///
/// let [message, answer, connections, processors] = WebSocket::SET.families else { panic!() };
/// assert_eq!(message.name(), "websocket_message_bytes");
/// assert_eq!(message.bounds(), SIZES);
/// assert_eq!(answer.bounds(), [0.001, 0.01, 0.1, 1.0]);
/// assert_eq!(connections.name(), "websocket_connections_total");
/// assert_eq!(processors.name(), "websocket_processors");
/// ```
///
/// # Replicas and panels
///
/// What is generated from declarations knows by `hpa` and `panels` what else a gauge is for: a `HorizontalPodAutoscaler`, and
/// more panels of a dashboard. The gauge may be one that is computed: load that is told by a counter is a `rate_of` it.
///
/// ```
/// use metrics_core::{Gauge, MetricSet};
///
/// /// An echo server.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "echo")]
/// struct Echo {
///     /// Open connections.
///     #[metric(hpa(average = 100, min = 2, max = 10), panels(stat, rate = "5m", change = "1h"))]
///     connections: Gauge,
/// }
///
/// let [connections] = Echo::SET.families else { panic!() };
/// assert_eq!(connections.scaling().map(|scaling| scaling.average), Some(100.0));
/// assert_eq!(connections.panels().rate.map(|range| range.text), Some("5m"));
/// ```
///
/// # Values computed of other fields
///
/// A field with `rate_of`, `ratio` or `quantile_of` is a `Gauge<(), f64>` that nobody updates: its value is computed of
/// other fields of the set whenever it is read, by a scrape or by `get`, and it is exposed like any gauge. What the program
/// sets is not exposed. Before there is data, and where a ratio is by 0, it is 0, and never NaN.
///
/// ```
/// use metrics_core::testing::Scope;
/// use metrics_core::{Counter, Gauge, Histogram, MetricSet, Registry};
/// use std::time::Duration;
///
/// /// A pool of proxies.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "pool")]
/// struct Pool {
///     /// Requests that were answered.
///     success: Counter,
///     /// Requests that were not.
///     failure: Counter,
///     /// Time to answer.
///     #[metric(unit = "seconds", buckets = [0.1, 0.2, 0.4])]
///     response: Histogram,
///     /// Requests in a minute, over the latest one.
///     #[metric(rate_of = success + failure, per = "minute", window = "60s")]
///     request_rate_per_minute: Gauge<(), f64>,
///     /// Share of requests that were answered.
///     #[metric(ratio = success / (success + failure))]
///     success_rate: Gauge<(), f64>,
///     /// What 95 of 100 answers of the latest five minutes took at most.
///     #[metric(quantile_of = response, q = 0.95, window = "5m", unit = "seconds")]
///     response_p95: Gauge<(), f64>,
/// }
///
/// // with the feature `testing`, for a clock that stands still until it is moved
/// let scope = Scope::new();
/// scope.run(|| {
///     let pool = Pool::global();
///     pool.success.inc_by(30);
///     pool.failure.inc_by(10);
///     pool.response.observe(0.05);
///     scope.clock().advance(Duration::from_secs(30));
///     assert_eq!(pool.request_rate_per_minute.get(), 80.0);
///     assert!(Registry::global().encode_text().contains("pool_success_rate 0.75\n"));
///     scope.clock().advance(Duration::from_secs(31));
///     assert_eq!(pool.request_rate_per_minute.get(), 0.0);
/// });
/// ```
///
/// **`rate_of`** takes a counter, or some with `+` between. The rate is what they grew by in the window, by the time
/// that it covers: in a set that is younger than the window, the time since it was made, but at
/// least that between two looks at the counters (see below): a second with a window of a minute.
///
/// **`ratio`** takes counters and gauges, numbers, `+`, `-`, `(…)` and one `/`. Without `window` it is that of the values
/// as they are; with it, that of what the counters grew by.
///
/// **`quantile_of`** estimates as Prometheus' `histogram_quantile` does, from bounds; with `native` alone there are none.
///
/// A window slides with time, however often somebody looks: a thread, `metrics-derived`, reads the sources sixty times in a
/// window, but not more than ten times a second, and at least every five seconds. It begins with the first set that has a
/// window (for a set that registers itself, when it is first used or gathered) and ends with the last. A sixtieth of the
/// window is how exact its beginning is. A forked child begins a thread of its own when it is asked for a value. What a
/// counter with open labels has counted stays counted when a series goes; what others count in the moment between
/// two looks in which it goes may be missed. A source of a type of your own that says `runs_user_code` is read for scrapes
/// alone, and so as exact as they are frequent.
///
/// # Alerts
///
/// When somebody is to be told stands where the metric does. The rules, and tests of them for `promtool`, are made of it
/// without a run; a mistake in the expression, or a label that the metric does not have, does not compile.
///
/// ```
/// use metrics_core::{Counter, Gauge, Histogram, MetricSet};
///
/// /// A transport protocol.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "jsp", register = false)]
/// struct Transport {
///     /// Connections that are open.
///     #[metric(alert(
///         name = "TooManyConnections",
///         expr = "> 1000",
///         for = "5m",
///         severity = "warning",
///         summary = "{{ $labels.instance }} has {{ $value }} connections.",
///         runbook = "https://example.com/too-many-connections",
///     ))]
///     connections: Gauge,
///     /// Errors.
///     #[metric(alert(
///         name = "HighErrorRate",
///         expr = "rate[5m] > 10",
///         for = "5m",
///         severity = "warning",
///         summary = "{{ $labels.instance }} has {{ $value | humanize }} errors a second.",
///     ))]
///     errors: Counter,
///     /// Requests.
///     #[metric(alert(
///         name = "ManyFail",
///         expr = "sum by (job) (rate(jsp_errors_total[5m])) / sum by (job) (rate($self[5m])) > 5%",
///         for = "5m",
///         severity = "page",
///         summary = "{{ $value | humanizePercentage }} of the requests to {{ $labels.job }} fail.",
///     ))]
///     requests: Counter,
///     /// Time of a handshake.
///     #[metric(unit = "seconds", alert(
///         name = "HighLatency",
///         expr = "p99[5m] > 1s",
///         for = "5m",
///         severity = "warning",
///         summary = "Handshakes are slow.",
///     ))]
///     handshake: Histogram,
/// }
///
/// let rules = Transport::SET.families.iter().flat_map(|family| {
///     let alerts = family.alerts().iter();
///     alerts.map(|alert| alert.expr.of(family.name()).to_string())
/// });
/// assert_eq!(rules.collect::<Vec<_>>(), [
///     "jsp_connections > 1000",
///     "rate(jsp_errors_total[5m]) > 10",
///     "sum by (job) (rate(jsp_errors_total[5m])) / sum by (job) (rate(jsp_requests_total[5m])) > 0.05",
///     "histogram_quantile(0.99, sum by (namespace, job, le) (rate(jsp_handshake_seconds_bucket[5m]))) > 1",
/// ]);
/// ```
///
/// | key | value | default | effect |
/// |---|---|---|---|
/// | `name` | a word in CamelCase, another for each alert of the set | – | what the alert is called |
/// | `expr` | PromQL, see below | – | what is true while something is wrong |
/// | `for` | `"5m"`, `"1h30m"`, `"0s"` | – | for how long it must be so; nothing is assumed, since `"0s"` fires for each hiccup |
/// | `severity` | `"page"`, `"ticket"`, `"critical"`, `"warning"`, `"info"`, or a word of yours | – | the label by which Alertmanager knows whom to tell; who is woken is not for us to assume |
/// | `summary` | a template | – | a sentence for them |
/// | `description` | a template | none | what it means and what to do |
/// | `runbook` | `"https://…"` | none | where that stands in full: the annotation `runbook_url` |
/// | `fires`, `silent` | series and their values as for `promtool test rules`, one a line: `"jsp_connections 1001x20"` | none | for an expression of which the generated tests cannot find out when it is true: what it fires for, and what it does not |
///
/// **`expr`** is a short form, which is about the metric itself, or an expression in full. Both may be mixed, as in
/// `"rate[5m] > 10 and increase[1h] > 500"`.
///
/// | written | of | stands for |
/// |---|---|---|
/// | `"> 1000"`, `"== 0"`, `"< 2"` | gauges | `$self > 1000` |
/// | `"rate[5m] > 10"`, also `irate`, `increase`, `resets` | counters | `rate($self[5m]) > 10` |
/// | `"delta[5m] < -100"`, also `idelta`, `deriv`; `changes` | gauges | `delta($self[5m]) < -100` |
/// | `"p99[5m] > 1s"`, any `p1` to `p99.99` | histograms | `histogram_quantile(0.99, sum by (namespace, job, le) (rate($self_bucket[5m]))) > 1` |
/// | `"avg[5m] > 250ms"` | histograms | `sum by (namespace, job) (rate($self_sum[5m])) / sum by (namespace, job) (rate($self_count[5m])) > 0.25` |
///
/// In full, the metric is `$self`, and the series of a histogram are `$self_bucket`, `$self_sum` and `$self_count`,
/// under whatever name they are exposed; other metrics are named as they are exposed. With `native` alone there is
/// `$self`, and the forms `p99` and `avg` know that. Numbers may have a unit: `99.9%` is 0.999 (but 99.9 of a metric in `percent`), and `250ms`, `1h` or `64KiB` are told in the
/// unit of the metric, seconds or milliseconds, and bytes. `le="1"` finds the bucket in both spellings that there are,
/// `1` and `1.0`. A range should be four scrapes long or more. There are no subqueries, no `@`, and no functions that one
/// of Prometheus 2.42 and 3 does not know.
///
/// **Templates** show `{{ $labels.instance }}`, which must be a label that the expression leaves, and `{{ $value }}`, plain or through
/// one of `humanize`, `humanize1024`, `humanizeDuration`, `humanizePercentage` and `printf "%.2f"`.
///
/// # Sets in sets
///
/// A field with `flatten` is a set. Its families are exposed as if they stood in the outer set: behind its prefix, then
/// that of the field, then that of the nested set, and with the constant labels of both. A family whose whole `name` is
/// given keeps it. A set that is only a part of others says `register = false`.
///
/// ```
/// use metrics_core::{Counter, Gauge, MetricSet, Registry};
///
/// /// A pool of connections.
/// #[derive(MetricSet)]
/// #[metrics(register = false, labels(engine = "postgres"))]
/// struct Pool {
///     /// Connections that are open.
///     open: Gauge,
/// }
///
/// /// A bakery.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "bakery", labels(service = "cart"))]
/// struct Bakery {
///     /// Orders placed.
///     orders: Counter,
///     #[metric(flatten, prefix = "readers")]
///     readers: Pool,
///     #[metric(flatten, prefix = "writers")]
///     writers: Pool,
/// }
///
/// Bakery::global().writers.open.inc();
/// let text = Registry::global().encode_text();
/// for line in [
///     r#"bakery_orders_total{service="cart"} 0"#,
///     r#"bakery_readers_open{service="cart",engine="postgres"} 0"#,
///     r#"bakery_writers_open{service="cart",engine="postgres"} 1"#,
/// ] {
///     assert!(text.lines().any(|exposed| exposed == line), "{line}");
/// }
/// ```
///
/// # Generics
///
/// A set may have type and constant parameters, and then does not register itself. Fields whose types depend
/// on a parameter must be metrics, or with `flatten` sets, for it; the macro adds that bound. What is wrong for a type
/// is told where the program makes the set for it, in a build (`cargo check` does not see it):
///
/// ```compile_fail,E0080
/// use metrics_core::{Counter, MetricSet};
///
/// /// A pool of connections.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct Pool {
///     /// Connections opened.
///     opened: Counter,
/// }
///
/// /// Anything twice.
/// #[derive(MetricSet)]
/// struct Twice<T> {
///     #[metric(flatten, prefix = "first")]
///     first: T,
///     #[metric(flatten, prefix = "first")]
///     second: T,
/// }
///
/// // `first_opened_total` is the name of two families of this set
/// let twice = Twice::<Pool>::detached();
/// ```
#[proc_macro_derive(MetricSet, attributes(metrics, metric))]
pub fn derive_metric_set(input: TokenStream) -> TokenStream {
    metric_set::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes an enum a label: a type with a finite number of label values, one for each variant.
///
/// Variants have no fields. Two of them cannot have the same value.
///
/// ```
/// use metrics_core::Label;
///
/// #[derive(Clone, Copy, Label)]
/// enum Status {
///     Ok,
///     #[label(name = "404")]
///     NotFound,
///     ServerError,
/// }
///
/// assert_eq!(Status::VALUES, ["ok", "404", "server_error"]);
/// assert_eq!(Status::NotFound.index(), 1);
/// ```
///
/// # Attributes of the enum: `#[label(…)]`
///
/// | key | value | default | effect |
/// |---|---|---|---|
/// | `rename_all` | `snake_case`, `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `SCREAMING_SNAKE_CASE`, `kebab-case` or `SCREAMING-KEBAB-CASE` as text | `"snake_case"` | how the values are spelt; `PascalCase` leaves them as the variants are written |
/// | `discriminant` | – | – | the values are the numbers of the variants, as the compiler counts them; those that are written out must be integer literals |
/// | `crate` | path | `::metrics_core` | where the core crate is |
///
/// # Attributes of a variant: `#[label(…)]`
///
/// | key | value | default | effect |
/// |---|---|---|---|
/// | `name` | text | the variant, in the case of `rename_all`, or its number | the label value, as it is |
///
/// ```
/// use metrics_core::Label;
///
/// #[derive(Label)]
/// #[label(rename_all = "SCREAMING-KEBAB-CASE")]
/// enum Method {
///     Get,
///     #[label(name = "PROPFIND")]
///     PropertyFind,
///     HTTPConnect,
/// }
///
/// assert_eq!(Method::VALUES, ["GET", "PROPFIND", "HTTP-CONNECT"]);
///
/// #[derive(Label)]
/// #[label(discriminant)]
/// enum Status {
///     Ok = 200,
///     Created,
///     NotFound = 404,
///     #[label(name = "none")]
///     NoAnswer = -1,
/// }
///
/// assert_eq!(Status::VALUES, ["200", "201", "404", "none"]);
/// ```
#[proc_macro_derive(Label, attributes(label))]
pub fn derive_label(input: TokenStream) -> TokenStream {
    label::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes a struct a set of labels: what the series of a family are told apart by, a label for each field.
///
/// A field is a finite label (an enum with `#[derive(Label)]`, `bool`, `Outcome`) or, if it says so, an open one:
/// text or an integer under a cap, `#[label(open, max = 100)]`. Of finite labels every combination is exposed
/// from the first scrape; of open ones, what was seen. Past the cap updates go to a series whose open labels
/// are `overflow`.
///
/// A field may be an `Option` of either: of `None` the label is not there. An empty text is the same, as it is to
/// Prometheus.
///
/// ```
/// use metrics_core::{Counter, Label, LabelSet, MetricSet, Registry};
///
/// #[derive(Clone, Copy, Label)]
/// enum Method { Get, Post }
///
/// #[derive(LabelSet)]
/// struct ByRoute<'a> {
///     method: Method,
///     #[label(open, max = 50)]
///     path: &'a str,
/// }
///
/// /// A server.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct Http {
///     /// Requests received.
///     requests: Counter<ByRoute<'static>>,
/// }
///
/// let registry = Registry::new();
/// let http = Http::register(&registry)?;
/// let path = String::from("/users");
/// http.requests.with(ByRoute { method: Method::Post, path: &path }).inc();
/// assert!(registry.encode_text().contains("requests_total{method=\"post\",path=\"/users\"} 1\n"));
/// # Ok::<(), metrics_core::Error>(())
/// ```
///
/// A struct that borrows has one lifetime: a family is declared with `'static` in its place, and looked up with
/// any. There are no other generics.
///
/// # Attributes of the struct: `#[labels(…)]`
///
/// | key | value | default | effect |
/// |---|---|---|---|
/// | `max_series` | integer up to 1,000,000 | 1024 | how many combinations of finite values there may be; more do not compile |
/// | `crate` | path | `::metrics_core` | where the core crate is |
///
/// # Attributes of a field: `#[label(…)]`
///
/// | key | value | default | effect |
/// |---|---|---|---|
/// | `name` | text | the field | the label name; `le`, `quantile` and `__…` are taken |
/// | `open` | – | finite | the values are not known in advance |
/// | `max` | integer up to 1,000,000 | required by `open` | how many combinations of open values a family keeps apart, each with every combination of finite ones; of several open labels, the largest counts |
/// | `overflow` | text | `"overflow"` | the value that an open label has in the series past the cap |
/// | `display` | – | text and integers | the value of an open label is what its `Display` writes; up to 64 bytes are formatted without allocation |
/// | `flatten` | – | one label | the field is a label set itself, whose labels stand in its place, with names of their own |
///
/// ```
/// use metrics_core::{LabelDescriptor, LabelSet};
///
/// #[derive(LabelSet)]
/// #[labels(max_series = 2)]
/// struct ByCode {
///     #[label(open, max = 20, overflow = "other")]
///     code: u16,
///     #[label(name = "type")]
///     streamed: bool,
/// }
///
/// assert_eq!(
///     ByCode::LABELS,
///     [
///         LabelDescriptor::open("code", 20).with_overflow("other"),
///         LabelDescriptor::finite::<bool>("type"),
///     ]
/// );
/// ```
///
/// Labels that several families share are a set of their own. The limit of `max_series` is for all labels together,
/// and no name may come twice.
///
/// ```
/// use metrics_core::{Counter, LabelSet, MetricSet, Outcome, Registry};
/// use std::net::{IpAddr, Ipv4Addr};
///
/// #[derive(Clone, Copy, LabelSet)]
/// struct Peer<'a> {
///     #[label(open, display, max = 100)]
///     address: IpAddr,
///     #[label(open, max = 100)]
///     user: Option<&'a str>,
/// }
///
/// #[derive(LabelSet)]
/// struct ByPeer<'a> {
///     #[label(flatten)]
///     peer: Peer<'a>,
///     cached: Option<bool>,
///     outcome: Outcome,
/// }
///
/// /// A server.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct Http {
///     /// Requests received.
///     requests: Counter<ByPeer<'static>>,
/// }
///
/// let registry = Registry::new();
/// let http = Http::register(&registry)?;
/// let peer = Peer { address: Ipv4Addr::LOCALHOST.into(), user: None };
/// http.requests.with(ByPeer { peer, cached: None, outcome: Outcome::Ok }).inc();
/// let peer = Peer { user: Some("ada"), ..peer };
/// http.requests.with(ByPeer { peer, cached: Some(true), outcome: Outcome::Ok }).inc();
/// let text = registry.encode_text();
/// for line in [
///     r#"requests_total{address="127.0.0.1",outcome="ok"} 1"#,
///     r#"requests_total{address="127.0.0.1",user="ada",cached="true",outcome="ok"} 1"#,
/// ] {
///     assert!(text.lines().any(|exposed| exposed == line), "{line}");
/// }
/// # Ok::<(), metrics_core::Error>(())
/// ```
///
/// A `Display` runs for every look-up, more than once, on the thread that updates and with no lock held. If it fails, the
/// value is what it had written until then. If it panics, the panic goes to the caller of `with`, and the family is as it
/// was. If it writes something else each time, the update goes to one of these values, and no series comes twice.
#[proc_macro_derive(LabelSet, attributes(labels, label))]
pub fn derive_label_set(input: TokenStream) -> TokenStream {
    label_set::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes a struct an event of the stream: something that happens, with data of its own, told to who listens.
///
/// Beside it stands serde's `Serialize`, which makes the data: a JSON object with a key for each field. A struct without
/// fields is `{}`. The type is collected at link time: a server knows it before the first event.
///
/// ```
/// use metrics_core::{StreamEvent, event_types};
/// use serde::Serialize;
///
/// #[derive(Serialize, StreamEvent)]
/// #[event("hit")]
/// struct Hit<'a> {
///     proxy: &'a str,
///     status: u16,
///     ms: f64,
/// }
///
/// #[derive(Serialize, StreamEvent)]
/// struct ConfigReloaded;
///
/// // a load and a branch, unless somebody listens
/// Hit { proxy: "10.0.0.1", status: 200, ms: 1.5 }.emit();
/// ConfigReloaded.emit();
///
/// let names: Vec<&str> = event_types().iter().map(|of| of.name()).collect();
/// assert_eq!(names, ["config_reloaded", "hit"]);
/// ```
///
/// # Attribute of the struct: `#[event(…)]`
///
/// | entry | value | default | effect |
/// |---|---|---|---|
/// | first, without a key | text | the struct's name in snake_case | the name of the type: `"hit"` is `metrics:hit` in the stream |
/// | `crate` | path | `::metrics_core` | where the core crate is |
///
/// A name has the letters `a` to `z`, digits and `_`, and is not one of the stream's own frames: `hello`, `snapshot`, `delta`,
/// `performance`, `heartbeat`, `resync`, `error`, `bye`. Two structs of one name, in two crates or in one, are one type to
/// whoever is sent them.
///
/// A struct may borrow and be generic; all its instances are one type. Enums and structs whose fields have no names are
/// refused, as their JSON is no object. What a `Serialize` makes of it nevertheless is found out when it is emitted:
/// see `StreamEvent::emit`.
#[proc_macro_derive(StreamEvent, attributes(event))]
pub fn derive_stream_event(input: TokenStream) -> TokenStream {
    stream_event::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Times the calls of a function, sync or async, and counts how they end: `ok`, `error` if it returns an `Err`,
/// `panic`, or `cancelled` if its future is dropped before it is ready. A future that is never polled is not a
/// call.
///
/// Alone, it feeds two families that all such functions share: `function_calls_total{function,module,outcome}`
/// and `function_duration_seconds{function,module}`.
///
/// ```
/// use metrics_core::{Registry, timed};
///
/// #[timed]
/// fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
///     let n: u32 = text.parse()?;
///     Ok(n)
/// }
///
/// assert!(parse("x").is_err());
/// let text = Registry::global().encode_text();
/// assert!(text.lines().any(|line| {
///     line.starts_with("function_calls_total{function=\"parse\"")
///         && line.ends_with("outcome=\"error\"} 1")
/// }));
/// ```
///
/// With a histogram, it feeds that one. A label of the type `Outcome` fills itself in; every other one needs a
/// value.
///
/// ```
/// use metrics_core::{Gauge, Histogram, LabelSet, MetricSet, Outcome, Registry, timed};
///
/// #[derive(LabelSet)]
/// struct ByPath<'a> {
///     #[label(open, max = 50)]
///     path: &'a str,
///     outcome: Outcome,
/// }
///
/// /// A client.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "client")]
/// struct Client {
///     /// Time of a request.
///     #[metric(unit = "seconds")]
///     request: Histogram<ByPath<'static>>,
///     /// Requests in flight.
///     in_flight: Gauge,
/// }
///
/// #[timed(Client::request, labels(path), in_flight = Client::in_flight)]
/// async fn get(path: &str) -> std::io::Result<String> {
///     Ok(format!("the page at {path}"))
/// }
///
/// # use std::{future::Future, pin::pin, task::{Context, Waker}};
/// # let mut cx = Context::from_waker(Waker::noop());
/// # assert!(pin!(get("/a")).poll(&mut cx).is_ready());
/// // after `get("/a").await`:
/// let text = Registry::global().encode_text();
/// assert!(text.contains("client_request_seconds_count{path=\"/a\",outcome=\"ok\"} 1\n"));
/// assert!(text.contains("client_in_flight 0\n"));
/// ```
///
/// # Arguments
///
/// | argument | value | default | effect |
/// |---|---|---|---|
/// | `histogram`, or the first without a key | `Set::field`, or an expression such as `self.metrics.field` | the families that all functions share | the histogram of how long calls take: of the set's global instance, or of the one at hand |
/// | `counter` | the same | none | a counter of calls |
/// | `errors` | the same | none | a counter of the calls that ended with an error or a panic |
/// | `in_flight` | the same | none | a gauge of the calls under way, which comes down however they end; its labels are finite |
/// | `labels(…)` | `name = expression`, or `name` for an argument of that name | none | the values of these metrics' labels, by the fields of the label set; the histogram, or the only metric, has all of them, a metric beside another has all or none. Evaluated before the body, once for each metric |
/// | `name` | text | the function, in an `impl` block with its type: `Repo::find` | the label `function` of the shared families, and of rules made of `slo(…)` |
/// | `buckets` | as in a set | 5 ms to 10 s | the bounds of this function's series of `function_duration_seconds`; a query that adds functions up needs those of one kind |
/// | `ok_if`, `error_if` | closure or path of a function, given a reference to what is returned | an `Err` is an error | how a call went |
/// | `result` | – | – | does not compile unless what is returned is a `Result`, under any name |
/// | `error_label` | closure or path of a function, given a reference to the error | none | its value goes to every label of the type `Option<…>` that is given none; `None` where there was no error. Of a stream, both the items and the `Result` that it comes in are then such results |
/// | `stream` | `first_item`, `each_item` or `lifetime` | required for a stream | where the call of a function ends that returns a stream: see below. Needs the feature `stream` |
/// | `poll_time` | –, or a histogram | none | how long the future was being polled, which is less than it took: in `function_busy_seconds`, or in the histogram |
/// | `slow` | text such as `"500ms"` or `"2s"` | none | calls that take as long or longer are counted in `function_slow_calls_total`, and with the feature `tracing` logged as warnings |
/// | `slo(…)` | `p99 < "250ms"`, `success > 99.9`, or some of these | none | what is promised of the calls, of which rules and alerts are generated: see below |
/// | `crate` | path | `::metrics_core` | where the core crate is |
///
/// ```
/// use metrics_core::{Counter, Histogram, Label, LabelSet, MetricSet, Registry, timed};
///
/// #[derive(Clone, Copy, Label)]
/// enum ErrorKind { Empty, Long }
///
/// #[derive(Clone, Copy, LabelSet)]
/// struct ByError {
///     error: Option<ErrorKind>,
/// }
///
/// /// A parser.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "names")]
/// struct Names {
///     /// Time to check one.
///     #[metric(unit = "seconds")]
///     check: Histogram<ByError>,
///     /// Names checked.
///     checked: Counter,
/// }
///
/// #[timed(Names::check, counter = Names::checked, error_label = |kind: &ErrorKind| *kind, slow = "1s")]
/// fn check(name: &str) -> Result<(), ErrorKind> {
///     match name.len() {
///         0 => Err(ErrorKind::Empty),
///         1..20 => Ok(()),
///         _ => Err(ErrorKind::Long),
///     }
/// }
///
/// assert!(check("").is_err() && check("Ada").is_ok());
/// let text = Registry::global().encode_text();
/// assert!(text.contains("names_check_seconds_count 1\n"));
/// assert!(text.contains("names_check_seconds_count{error=\"empty\"} 1\n"));
/// assert!(text.contains("names_checked_total 2\n"));
/// ```
///
/// A metric need not be in a global set: an expression finds it where it is.
///
/// ```
/// use metrics_core::{Histogram, MetricSet, Registry, timed};
/// use std::sync::Arc;
///
/// /// A cache.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct CacheMetrics {
///     /// Time of a look-up.
///     #[metric(unit = "seconds")]
///     lookup: Histogram,
/// }
///
/// struct Cache {
///     metrics: Arc<CacheMetrics>,
///     entries: Vec<u32>,
/// }
///
/// impl Cache {
///     #[timed(self.metrics.lookup)]
///     fn first(&mut self) -> Option<&mut u32> {
///         self.entries.first_mut()
///     }
/// }
///
/// let registry = Registry::new();
/// let metrics = CacheMetrics::register(&registry)?;
/// let mut cache = Cache { metrics, entries: vec![1] };
/// assert_eq!(cache.first(), Some(&mut 1));
/// assert!(registry.encode_text().contains("lookup_seconds_count 1\n"));
/// # Ok::<(), metrics_core::Error>(())
/// ```
///
/// # Whole `impl` blocks
///
/// On an `impl` block it is on every method with a body. A method may have arguments of its own, which are then in
/// the place of the block's, or `#[counted]`, or be left out by `#[timed(skip)]`.
///
/// ```
/// use metrics_core::{Registry, timed};
///
/// struct Repo(Vec<u32>);
///
/// #[timed]
/// impl Repo {
///     fn find(&self, n: u32) -> Option<&u32> {
///         self.0.iter().find(|item| **item == n)
///     }
///
///     #[timed(ok_if = |added| *added)]
///     fn add(&mut self, n: u32) -> bool {
///         let new = self.find(n).is_none();
///         self.0.push(n);
///         new
///     }
///
///     #[timed(skip)]
///     fn len(&self) -> usize {
///         self.0.len()
///     }
/// }
///
/// let mut repo = Repo(Vec::new());
/// assert!(repo.add(1) && !repo.add(1));
/// assert_eq!(repo.len(), 2);
/// let text = Registry::global().encode_text();
/// assert!(text.lines().any(|line| {
///     line.starts_with("function_calls_total{function=\"Repo::add\"")
///         && line.ends_with("outcome=\"error\"} 1")
/// }));
/// ```
///
/// # Futures and streams
///
/// A function that is not `async` and returns a future, as `impl Future`, `Pin<Box<dyn Future>>`, `BoxFuture` or by a body
/// that ends in `Box::pin(async …)`, is timed like one that is: from the first poll to the end. So are the methods of
/// `#[async_trait]`, whichever attribute is above the other.
///
/// A function that returns a stream, by itself or in a `Result`, has returned before there is anything to time. With
/// `stream = first_item` its call ends with the first item; with `lifetime`, with the end of the stream, as an error if an
/// item was one; with `each_item`, every item is a call of its own, without what the caller does between two of them. A
/// stream is timed from the call of the function; dropped before its end it was cancelled, unless an item was an error.
///
/// # Objectives
///
/// `slo(…)` says what is promised of a function's calls, over a month: `p99 < "250ms"`, that of a hundred calls one at most takes
/// longer, also `p99.9`, and several of them; `success > 99.9`, in percent, that as many calls end with `ok` or are
/// cancelled. `metrics_server::Artifacts` makes recording rules of it, and alerts that look at how fast the rest is
/// used up. Calls are counted as they are without it.
///
/// ```
/// use metrics_core::{Histogram, LabelSet, Measured, MetricSet, Outcome, Registry, timed};
///
/// #[derive(LabelSet)]
/// struct ByOutcome {
///     outcome: Outcome,
/// }
///
/// /// A chat.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "chat")]
/// struct Chat {
///     /// Time to a complete answer.
///     #[metric(unit = "seconds", buckets = [0.1, 0.25, 1.0])]
///     answer: Histogram<ByOutcome>,
/// }
///
/// #[timed(Chat::answer, slo(p99 < "250ms", success > 99.9))]
/// fn answer() {}
///
/// let objectives = Registry::global().declarations().objectives;
/// let [answer] = objectives[..] else { panic!() };
/// assert_eq!(answer.latency[0].budget, 0.01);
/// assert_eq!(answer.success.map(|success| success.budget), Some(0.001));
/// let Measured::Families { time, .. } = answer.measured else { panic!() };
/// assert_eq!(time.map(|time| time.name()), Some("chat_answer_seconds"));
/// ```
///
/// It is measured by the families that all functions share, or by those that the attribute names, with all that feeds them.
/// These are fields of sets that register themselves, as `Set::field`. A time must be one of the histogram's bounds, for
/// others nobody can tell how many calls take longer; native buckets alone need none. The histogram is in seconds or in
/// milliseconds, by its name. For `success` the histogram or the counter has a label of the type `Outcome`, or there are both
/// `counter` and `errors`. A promise below 93.06 percent is refused, since 14.4 times what is left, at which the first alert
/// fires, would be more than all calls; and so is one of 100, which leaves nothing.
///
/// # What stays as it was, and what does not
///
/// The signature and the body are untouched: `?`, `return`, borrowed arguments, `impl Trait`, generics and the
/// futures' being `Send` are as without the attribute. Some things are to be known:
///
/// - Labels are evaluated before the body, which owns the arguments. A label may borrow from what an argument
///   borrows (`path: &str`), not from an argument that the body owns: give it a value of its own, as in
///   `labels(path = path.clone())` with a label of the type `String`.
/// - In a generic function, a result whose type is a parameter is never an error, even where the parameter is a `Result`.
/// - Arguments that the body does not name are dropped after those that it names; in a function that returns a future or a
///   stream, arguments are dropped in the order in which the body first names them.
/// - A function that returns an iterator, or a future by a type under another name and not by a final
///   `Box::pin(async …)`, is timed until it has returned it.
/// - A metric that is found by an expression is cloned, which costs two atomic updates, where the body may own what it is in
///   or the call outlives it: but not behind a `&self`, a `&` argument, or a static.
/// - Of what a future or stream is besides, such as `FusedFuture`, nothing is left.
/// - A boxed future or stream that is not made by a final `Box::pin(…)` is boxed once more.
/// - In a function with `#[track_caller]`, a caller's place is that of the function itself.
/// - Functions of one name in one module share their series, and the buckets of the one that is called first; `name` tells
///   them apart.
///
/// A `const fn` cannot be timed, nor what has no body.
#[proc_macro_attribute]
pub fn timed(arguments: TokenStream, item: TokenStream) -> TokenStream {
    timed::attribute(timed::Attribute::Timed, arguments.into(), item.into()).into()
}

/// Counts the calls of a function and how they end, without timing them: [`macro@timed`] without a clock.
///
/// Alone, it feeds `function_calls_total{function,module,outcome}`; with a counter, that one. It takes the arguments of
/// `timed` but those about time: `histogram`, `buckets`, `poll_time` and `slow`.
///
/// ```
/// use metrics_core::{Counter, LabelSet, MetricSet, Outcome, Registry, counted};
///
/// #[derive(Clone, Copy, LabelSet)]
/// struct ByOutcome {
///     outcome: Outcome,
/// }
///
/// /// A parser.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "parser")]
/// struct Parser {
///     /// Numbers read.
///     numbers: Counter<ByOutcome>,
/// }
///
/// #[counted(Parser::numbers)]
/// fn number(text: &str) -> Result<u32, std::num::ParseIntError> {
///     text.parse()
/// }
///
/// assert!(number("x").is_err());
/// let text = Registry::global().encode_text();
/// assert!(text.contains("parser_numbers_total{outcome=\"error\"} 1\n"));
/// ```
#[proc_macro_attribute]
pub fn counted(arguments: TokenStream, item: TokenStream) -> TokenStream {
    timed::attribute(timed::Attribute::Counted, arguments.into(), item.into()).into()
}

// its examples are tested as those of the documentation are
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
