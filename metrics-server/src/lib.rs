//! Serves the metrics of `metrics-core`.

mod error;
mod exporter;
mod filter;
mod health;
mod json;
mod own;
mod query;
mod rates;
mod routes;
mod scrape;
mod server;
mod stream;

pub use error::Error;
pub use exporter::{DEFAULT_MAX_STREAM_CLIENTS, Exporter, ExporterBuilder};
pub use routes::{routes, scope};
pub use server::{Server, ServerHandle};
