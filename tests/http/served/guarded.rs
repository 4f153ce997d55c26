//! A program that asks who reads: the user `visitor`, whose password's hash is in the file of its first argument, or one
//! with the token of the second's; pages of the origin of its third may read. It prints its address, and ends when its input
//! does. See `tests/e2e/test_access.py`.

use std::time::Duration;
use std::{env, io, thread};

use metrics_core::{Counter, MetricSet};
use metrics_server::{Auth, Error, Exporter, Listener, Server};

/// What is read.
#[derive(MetricSet)]
#[metrics(prefix = "guarded")]
struct Guarded {
    /// Ticks since the start.
    ticks: Counter,
}

fn main() -> Result<(), Error> {
    let mut arguments = env::args().skip(1);
    let mut file = || arguments.next().unwrap_or_default();
    let auth = Auth::new()
        .user_hash_file("visitor", file())
        .token_file(file());
    let exporter = arguments
        .fold(Exporter::builder(), |builder, origin| {
            builder.allow_origin(origin)
        })
        .build()?;
    let server = Server::bind(Listener::tcp("127.0.0.1:0").auth(auth))?;
    let server = server.exporter(exporter).spawn()?;
    println!("http://{}/metrics", server.address());
    thread::spawn(|| {
        loop {
            Guarded::global().ticks.inc();
            thread::sleep(Duration::from_millis(50));
        }
    });
    // until there is no more of it
    io::copy(&mut io::stdin(), &mut io::sink()).map_err(Error::Io)?;
    server.stop()
}
