//! Serves the metrics that are declared with `metrics-core`: to Prometheus, to scripts, and live.
//!
//! # A whole program
//!
//! ```
//! use metrics_core::{Counter, MetricSet};
//! use metrics_server::Server;
//!
//! /// A shop.
//! #[derive(MetricSet)]
//! #[metrics(prefix = "shop")]
//! struct Shop {
//!     /// Orders placed.
//!     orders: Counter,
//! }
//!
//! let server = Server::bind("127.0.0.1:0")?.spawn()?;
//! println!("http://{}/metrics", server.address());
//! Shop::global().orders.inc();
//! # server.stop()?;
//! # Ok::<(), metrics_server::Error>(())
//! ```
//!
//! # What there is
//!
//! - [`Server`]: a listener and a thread of its own, from any program, with or without an async runtime. It refuses
//!   to start when declared metrics clash, with all clashes in one report.
//! - [`routes`] and [`scope`]: the same handlers inside an actix-web app, as they are or under a path of yours.
//! - [`HttpMetrics`]: middleware for your own actix-web app, which counts, times and sizes its requests by route.
//! - [`Exporter`]: one registry and how it is served: its limits, who may read the stream, when it is ready. Servers
//!   and routes are made from one.
//! - `Settings`: all that a server is told, from code, a TOML file and the environment (feature `settings`, on by
//!   default).
//!
//! | path | what | query |
//! |---|---|---|
//! | `/metrics` | text, OpenMetrics or protobuf, by `Accept`: below | `name[]=name`, `match[]=selector`: all that any of them chooses |
//! | `/`, `/metrics/live` | the live page, for a browser; `/` of a [`Server`] alone, `/metrics/live` everywhere | as of `/metrics/stream` |
//! | `/metrics/json` | the same as JSON: `rate` of counters since an earlier request at least a second ago (0 at first), estimated `p50` to `p99` of histograms; the application's [summary fields](ExporterBuilder::summary) | `match=glob`, `labels=name=value` |
//! | `/metrics/stream` | a WebSocket: a snapshot, then what changes, figures, events, summary fields: [`stream_protocol`] | `type=`, `match=`, `labels=name=value`, `interval_ms=100` to `60000` |
//! | `/metrics/dashboard` | a Grafana dashboard of all sets, to be imported as it is | `set=Name`: of one |
//! | `/metrics/rules` | recording and alerting rules for Prometheus, of `alert(…)` and `slo(…)` | |
//! | `/metrics/catalog` | every family with all that is declared of it: Markdown, or JSON by `Accept` | `format=json`, `format=markdown` |
//! | `/health` | `{"status":"ok"}` while the process answers | |
//! | `/health/ready` | 200, or 503 with `starting` or `stopping` | |
//!
//! Beside the registry it tells of the process, without being asked: `process_cpu_seconds_total`,
//! `process_resident_memory_bytes`, `process_open_fds` and the other standard names (on Linux), and of async runtimes
//! `tokio_workers`, `tokio_alive_tasks`, `tokio_worker_busy_seconds_total` and others, see [`monitor_runtime`].
//! [`ExporterBuilder::without_default_collectors`] is without them, and [`default_collectors`] has them for a registry of
//! your own.
//!
//! # What is generated
//!
//! A dashboard, rules and their tests, manifests for Kubernetes, a scrape configuration and a catalogue are made of what is
//! declared, with no run needed: [`Artifacts`]. They are served at the routes above, and [`artifacts_cli`] writes them into
//! files, which can be committed and checked in CI. [`ExporterBuilder::artifacts`] names the service in both.
//!
//! # Formats
//!
//! `/metrics` answers in the format that the client's `Accept` likes best, and in the text format 0.0.4 where it names
//! none that there is: nothing is refused. Bodies, those of `/metrics/json` too, are compressed with zstd (feature `zstd`,
//! on by default) or gzip for clients whose `Accept-Encoding` says so.
//!
//! | format | asked for by |
//! |---|---|
//! | text 0.0.4 | `text/plain`, `*/*`, nothing |
//! | text 1.0.0 | `text/plain;version=1.0.0`; the bytes are the same |
//! | OpenMetrics 1.0.0 and 0.0.1 | `application/openmetrics-text;version=1.0.0`, the default of Prometheus |
//! | protobuf, length-delimited | `application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited`, as Prometheus with native histograms |
//!
//! # Filters
//!
//! `name[]` is the name of a family or of one of its series (`http_requests_total`, `http_duration_seconds_bucket`), with
//! `*` for any text and `?` for any character. `match[]` is a selector as PromQL writes them: such a name, labels with
//! their whole values, or both: `chatbox_*{provider="openai"}`, `{provider="openai",outcome="ok"}`. Several are a union, as
//! in Prometheus' federation; regular expressions are not there. At most 100 of both, of 2 KiB each, with 32 labels each.
//!
//! What cannot be read in a query is answered with 400 and a sentence; keys that are not known are passed over.
//!
//! # What it does to your service
//!
//! Gathering runs on blocking threads, never on one that serves connections; a scrape holds at most some chunks of
//! 64 KiB, however many series there are, and ends when the scraper leaves or its timeout is over. Without stream
//! clients nothing runs between scrapes. More than 40 scrapes at once, or more stream clients than
//! [`ExporterBuilder::max_stream_clients`], get 503. The server meters itself: `metrics_scrapes_total`,
//! `metrics_scrape_duration_seconds`, `metrics_stream_clients` and others, in the global registry.
//!
//! Whoever can reach the address can read the metrics, unless its [`Listener`] says who may: by networks, by `Auth` (passwords
//! and tokens), and with the feature `tls` by certificates. Bind to loopback, or where your scraper only can reach it.
//! Browsers' pages of another origin read nothing, unless [`ExporterBuilder::allow_origin`] lets them.

#![cfg_attr(docsrs, feature(doc_cfg))]
// what is taken for sure is said by types: an `expect` would end a request, a poisoned lock's all of them
#![cfg_attr(not(any(test, fuzzing)), deny(clippy::expect_used))]

mod access;
mod artifacts;
mod collectors;
mod compress;
mod connection;
mod error;
mod exporter;
mod filter;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod health;
mod http;
mod json;
mod listen;
mod live;
mod log;
mod negotiate;
mod own;
mod pieces;
mod query;
mod rates;
mod readiness;
mod routes;
mod scrape;
mod server;
#[cfg(feature = "settings")]
mod settings;
mod stream;
pub mod stream_protocol;
#[cfg(feature = "_testing")]
#[doc(hidden)]
pub mod testing;
#[cfg(feature = "tls")]
mod tls;
mod watch;

#[cfg(feature = "auth")]
pub use access::Auth;
pub use access::Secret;
pub use artifacts::{Artifact, Artifacts, artifacts_cli};
pub use collectors::{default_collectors, monitor_runtime};
pub use connection::bound_writes;
pub use error::Error;
pub use exporter::{
    DEFAULT_MAX_STREAM_CLIENTS, DEFAULT_MAX_STREAM_CLIENTS_PER_ADDRESS, Exporter, ExporterBuilder,
};
pub use http::HttpMetrics;
pub use listen::{Address, Listener, Serves};
pub use routes::{routes, scope};
pub use server::{Server, ServerHandle};
#[cfg(feature = "settings")]
pub use settings::{SettingValue, Settings};

// its examples are tested as those of the documentation are
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
#[cfg(feature = "tls")]
pub use tls::{ClientAuth, Tls, TlsVersion};
