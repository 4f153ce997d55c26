//! A program that lets ten thousand clients of the stream in at once, all of them from one address. It prints its address, counts
//! each line that it reads, answers `read` with how many there were, and ends when its input does. See
//! `tests/e2e/test_stream_crowd.py`.

use std::io;

use metrics_core::{Counter, MetricSet};
use metrics_server::{Exporter, Server};

const CLIENTS: usize = 10_000;

/// What all are told.
#[derive(MetricSet)]
#[metrics(prefix = "crowded")]
struct Crowded {
    /// Lines that were read.
    lines: Counter,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let exporter = Exporter::builder()
        .max_stream_clients(CLIENTS)
        .max_stream_clients_per_address(CLIENTS)
        .build()?;
    let server = Server::bind("127.0.0.1:0")?.exporter(exporter).spawn()?;
    println!("http://{}/metrics", server.address());
    for (number, line) in io::stdin().lines().enumerate() {
        line?;
        Crowded::global().lines.inc();
        println!("read {}", number + 1);
    }
    server.stop()?;
    Ok(())
}
