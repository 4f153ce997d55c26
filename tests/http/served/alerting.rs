//! A program with alerts that fire at once, and with metrics in a registry of its own: as those of `tests/e2e` need it who
//! look at what comes of alerts. It exports its artefacts as users' programs do. Else it prints its address, sets the gauge to
//! each number that it reads, and ends when its input does.

use std::io;

use metrics_core::{Gauge, MetricSet, Registry, timed};
use metrics_server::{Exporter, Server};

/// What can go wrong.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Trouble {
    /// How bad it is.
    #[metric(alert(
        name = "Broken",
        expr = "> 0",
        for = "1s",
        severity = "page",
        summary = "It is {{ $value }} at {{ $labels.instance }}.",
        runbook = "https://example.com/broken",
    ))]
    #[metric(alert(
        name = "Odd",
        expr = "== 3",
        for = "1s",
        severity = "ticket",
        summary = "It is odd.",
    ))]
    badness: Gauge,
}

/// What is promised of calls, so that there are rules that record.
#[timed(slo(p99 < "1s", success > 99.9))]
fn mend(badness: i64) -> Result<i64, &'static str> {
    (badness == 0).then_some(0).ok_or("not yet")
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::builder().namespace("plant").build()?;
    registry.attach(Registry::global());
    let trouble = Trouble::register(&registry)?;
    let exporter = Exporter::builder()
        .registry(&registry)
        .artifacts(|artifacts| artifacts.name("alerting").target_label("env", "tests"))
        .build()?;
    exporter.artifacts().cli();

    let server = Server::bind("127.0.0.1:0")?.exporter(exporter).spawn()?;
    println!("http://{}/metrics", server.address());
    for line in io::stdin().lines() {
        let badness = line?.trim().parse()?;
        trouble.badness.set(badness);
        // what comes of it is in the metrics
        let _ = mend(badness);
    }
    server.stop()?;
    Ok(())
}
