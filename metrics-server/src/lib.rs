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
//!
//! | path | what | query |
//! |---|---|---|
//! | `/metrics` | the Prometheus text format 0.0.4 | `name[]=`: names or globs, any of them |
//! | `/metrics/json` | the same as JSON: `rate` of counters since an earlier request at least a second ago (0 at first), estimated `p50` to `p99` of histograms | `match=glob`, `labels=name=value` |
//! | `/metrics/stream` | a WebSocket: hello, snapshot, then deltas; subprotocol `metricset.v1+json` | `type=`, `match=`, `labels=name=value`, `interval_ms=100` to `60000` |
//! | `/health` | `{"status":"ok"}` while the process answers | |
//! | `/health/ready` | 200, or 503 with `starting` or `stopping` | |
//!
//! Beside the registry it tells of the process, without being asked: `process_cpu_seconds_total`,
//! `process_resident_memory_bytes`, `process_open_fds` and the other standard names (on Linux), and of async runtimes
//! `tokio_workers`, `tokio_alive_tasks`, `tokio_worker_busy_seconds_total` and others, see [`monitor_runtime`].
//! [`ExporterBuilder::without_default_collectors`] is without them, and [`default_collectors`] has them for a registry of
//! your own.
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
//! Whoever can reach the address can read the metrics. Bind to loopback, or where your scraper only can reach it.
//! Browsers' pages of another origin cannot join the stream, unless [`ExporterBuilder::allow_origin`] lets them.

mod collectors;
mod compress;
mod error;
mod exporter;
mod filter;
mod health;
mod http;
mod json;
mod negotiate;
mod own;
mod pieces;
mod query;
mod rates;
mod routes;
mod scrape;
mod server;
mod stream;

pub use collectors::{default_collectors, monitor_runtime};
pub use error::Error;
pub use exporter::{DEFAULT_MAX_STREAM_CLIENTS, Exporter, ExporterBuilder};
pub use http::HttpMetrics;
pub use routes::{routes, scope};
pub use server::{Server, ServerHandle};
