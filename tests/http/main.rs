//! The server as its clients see it: every route, every refusal, the stream, start and stop.

mod app;
mod artifacts;
mod catalog;
mod client;
mod faults;
mod filters;
mod folder;
mod formats;
mod known;
mod large;
mod leaving;
mod lifecycle;
mod middleware;
mod mounted;
mod page;
#[cfg(target_os = "linux")]
mod process;
mod raw;
mod readme;
mod restless;
mod routes;
mod runtimes;
mod serving;
mod sets;
mod shop;
mod slow_clients;
mod socket;
mod stream;
mod stream_client;
mod stream_edges;
mod stream_events;
mod stream_limits;
mod stream_page;
mod stream_summary;
mod stream_values;
mod whole;
