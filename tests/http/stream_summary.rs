//! Summary fields of an application: where they are shown, and what happens when they cannot be read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use metrics_server::{Error, Exporter, ExporterBuilder};
use serde::Serialize;
use serde_json::json;

use crate::client::Running;
use crate::shop::{Shop, shop};
use crate::stream_client::Stream;

#[derive(Serialize)]
struct Summary {
    customers: i64,
    busy: f64,
}

fn builder() -> (ExporterBuilder, Arc<Shop>) {
    let (registry, shop) = shop();
    let builder = Exporter::builder()
        .registry(&registry)
        .without_default_collectors();
    (builder, shop)
}

fn connect(running: &Running, query: &str) -> Stream {
    Stream::connect(&format!(
        "ws://{}/metrics/stream{query}",
        running.authority()
    ))
}

#[test]
fn its_fields_are_at_the_top_of_snapshots_figures_and_json() {
    let (builder, shop) = builder();
    let read = Arc::clone(&shop);
    let exporter = builder.summary(move || Summary {
        customers: read.customers.get(),
        busy: 0.5,
    });
    let running = Running::new(&exporter.build().expect("a good summary"));
    let mut stream = connect(
        &running,
        "?interval_ms=100&type=metrics:snapshot&type=metrics:delta&type=metrics:performance",
    );
    let snapshot = stream.next_of("metrics:snapshot");
    assert_eq!(
        (&snapshot["customers"], &snapshot["busy"]),
        (&json!(2), &json!(0.5))
    );
    shop.customers.set(7);
    let delta = stream.next_of("metrics:delta");
    assert_eq!(delta.get("customers"), None);
    while stream.next_of("metrics:performance")["customers"] != 7 {}
    let document = running.get("/metrics/json").json();
    assert_eq!(
        (&document["customers"], &document["busy"]),
        (&json!(7), &json!(0.5))
    );
    assert!(
        document["families"].is_array() && document["ts"].is_u64(),
        "{document}"
    );
}

#[test]
fn every_part_of_a_snapshot_has_them() {
    let exporter = Exporter::builder()
        .registry(crate::large::registry())
        .without_default_collectors()
        .summary(|| json!({"shops": 3}));
    let running = Running::new(&exporter.build().expect("a good summary"));
    let mut stream = connect(&running, "?match=clicks_total&type=metrics:snapshot");
    for _ in 0..3 {
        assert_eq!(stream.next_of("metrics:snapshot")["shops"], 3);
    }
}

#[test]
fn one_that_panics_leaves_the_last() {
    let (builder, _shop) = builder();
    let broken = Arc::new(AtomicBool::new(false));
    let is_broken = Arc::clone(&broken);
    let exporter = builder.summary(move || {
        assert!(!is_broken.load(Relaxed), "this is to be caught");
        json!({"state": "well"})
    });
    let running = Running::new(&exporter.build().expect("a good summary"));
    broken.store(true, Relaxed);
    let mut stream = connect(&running, "?interval_ms=100&type=metrics:performance");
    for _ in 0..2 {
        assert_eq!(stream.next_of("metrics:performance")["state"], "well");
    }
    assert_eq!(running.get("/metrics/json").json()["state"], "well");
}

#[test]
fn one_that_cannot_be_merged_is_refused_when_it_is_built() {
    for (summary, problem) in [
        (json!({"families": 1}), "`families`"),
        (json!(["hits"]), "no object"),
    ] {
        let (builder, _shop) = builder();
        let error = builder.summary(move || summary.clone()).build().err();
        let error = error.expect("it cannot be merged");
        assert!(matches!(error, Error::InvalidSummary(_)));
        assert!(error.to_string().contains(problem), "{error}");
    }
}
