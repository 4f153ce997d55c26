//! A program whose functions promise something, each measured in another way. Its metrics go on as if of every two calls one
//! failed, and of every two that did not one was slow: what the rules must find. It exports its artefacts as users' programs
//! do; else it prints its address, and ends when its input does. See `tests/e2e/test_rules.py`.

use std::io;
use std::thread;
use std::time::Duration;

use metrics_core::{Counter, Histogram, LabelSet, MetricSet, Outcome, timed};
use metrics_server::{Artifacts, Server};

#[derive(Clone, Copy, LabelSet)]
struct ByOutcome {
    outcome: Outcome,
}

/// What calls are measured by.
#[derive(MetricSet)]
#[metrics(prefix = "calls")]
struct Calls {
    /// Times in classic buckets.
    #[metric(unit = "seconds", buckets = [0.1, 1.0, 10.0])]
    classic: Histogram<ByOutcome>,
    /// Times in buckets of both kinds.
    #[metric(unit = "seconds", native, buckets = [0.1, 1.0, 10.0])]
    both: Histogram<ByOutcome>,
    /// Times in native buckets.
    #[metric(unit = "seconds", native)]
    native: Histogram<ByOutcome>,
    /// Times in milliseconds.
    #[metric(unit = "milliseconds", buckets = [1, 250], allow(base_unit))]
    hop: Histogram,
    /// Calls.
    begun: Counter,
    /// Calls that failed.
    failed: Counter,
}

#[timed(Calls::classic, slo(p99 < "1s", p99.9 < "10s", success > 99.9))]
fn classic() {}

#[timed(Calls::both, slo(p99 < "1s", success > 99.9))]
fn both() {}

#[timed(Calls::native, slo(p99 < "1s", success > 99.9))]
fn native() {}

#[timed(Calls::hop, counter = Calls::begun, errors = Calls::failed, slo(p95 < "250ms", success > 99))]
fn hop() {}

#[timed(slo(p99 < "10s", success > 99.9))]
fn alone(is_good: bool) -> Result<(), ()> {
    is_good.then_some(()).ok_or(())
}

/// What four calls leave: two that fail fast, a fast one and a slow one.
fn call(calls: &Calls) {
    let seconds = [
        (Outcome::Error, 0.05),
        (Outcome::Panic, 0.05),
        (Outcome::Ok, 0.05),
        (Outcome::Cancelled, 5.0),
    ];
    for (outcome, time) in seconds {
        let labels = ByOutcome { outcome };
        calls.classic.with(labels).observe(time);
        calls.both.with(labels).observe(time);
        calls.native.with(labels).observe(time);
        // all of its calls count, since nothing tells which of them failed
        let millis = if matches!(outcome, Outcome::Ok | Outcome::Error) {
            1.0
        } else {
            500.0
        };
        calls.hop.observe(millis);
        calls.begun.inc();
        let is_good = matches!(outcome, Outcome::Ok | Outcome::Cancelled);
        if !is_good {
            calls.failed.inc();
        }
        // whoever asks looks at the metrics alone
        let _ = alone(is_good);
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    Artifacts::global().name("promises").cli();
    // they are declared, and their metrics fed without them
    let _: [fn(); 4] = [classic, both, native, hop];
    let server = Server::bind("127.0.0.1:0")?.spawn()?;
    println!("http://{}/metrics", server.address());
    thread::spawn(|| {
        loop {
            call(Calls::global());
            thread::sleep(Duration::from_millis(10));
        }
    });
    io::copy(&mut io::stdin(), &mut io::sink())?;
    server.stop()?;
    Ok(())
}
