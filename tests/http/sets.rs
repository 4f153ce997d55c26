//! Sets that come and go while the server runs, and what infos and state sets look like to its clients.

use std::collections::BTreeSet;
use std::sync::Arc;

use metrics_core::{Counter, Gauge, Info, Label, LabelSet, MetricSet, Registry, StateSet};
use serde_json::{Value, json};

use crate::client::Running;
use crate::shop::{exporter, shop};
use crate::stream_client::Stream;

#[derive(Clone, Copy, Label)]
enum Phase {
    Loading,
    Ready,
}

#[derive(LabelSet)]
struct Build<'a> {
    #[label(open, max = 1)]
    version: &'a str,
}

/// What a plug-in keeps.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Cache {
    /// Entries.
    entries: Gauge,
}

/// A plug-in, known only while the program runs.
#[derive(MetricSet)]
#[metrics(prefix = "plugin", register = false, labels(plugin = "mirror"))]
struct Plugin {
    /// Calls.
    calls: Counter,
    #[metric(flatten, prefix = "cache")]
    cache: Cache,
    /// What was built.
    build: Info<Build<'static>>,
    /// What it does.
    phase: StateSet<Phase>,
}

fn plugin(registry: &Registry) -> Arc<Plugin> {
    let plugin = Plugin::register(registry).expect("free names");
    plugin.build.set(Build { version: "1" });
    plugin.phase.set(Phase::Loading);
    plugin
}

fn connect(running: &Running) -> Stream {
    Stream::connect(&format!(
        "ws://{}/metrics/stream?interval_ms=100",
        running.authority()
    ))
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The family of this name in what the server has sent.
fn family<'v>(families: &'v Value, name: &str) -> &'v Value {
    let mut families = array(families).iter();
    let found = families.find(|family| family["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

/// The ids of the series of a snapshot whose families have such names.
fn ids(snapshot: &Value, chosen: impl Fn(&str) -> bool) -> BTreeSet<u64> {
    let families = array(&snapshot["families"]).iter();
    let families = families.filter(|family| chosen(family["name"].as_str().unwrap_or_default()));
    let families: Vec<_> = families.map(|family| &family["id"]).collect();
    let series = array(&snapshot["series"]).iter();
    let series = series.filter(|series| families.contains(&&series["family"]));
    series.filter_map(|series| series["id"].as_u64()).collect()
}

#[test]
fn a_set_that_is_taken_out_is_gone_for_scrapes_and_removed_from_streams() {
    let (registry, shop) = shop();
    let plugin = plugin(&registry);
    let running = Running::new(&exporter(&registry));
    let mut stream = connect(&running);
    let snapshot = stream.next_of("metrics:snapshot");
    let own = ids(&snapshot, |name| name.starts_with("plugin_"));
    let others = ids(&snapshot, |name| name.starts_with("shop_"));
    assert_eq!(own.len(), 1 + 1 + 1 + 2);
    assert!(
        running
            .get("/metrics")
            .body
            .contains("plugin_cache_entries")
    );

    assert!(registry.unregister(&plugin));
    let text = running.get("/metrics").body;
    assert!(!text.contains("plugin"), "{text}");
    let document = running.get("/metrics/json").body;
    assert!(!document.contains("plugin"), "{document}");

    let mut removed = BTreeSet::new();
    while removed.len() < own.len() {
        let delta = stream.next_of("metrics:delta");
        removed.extend(array(&delta["removed"]).iter().filter_map(Value::as_u64));
    }
    assert_eq!(removed, own);
    // the handles go on without anyone who reads them, and the rest of the registry goes on
    plugin.calls.inc();
    shop.customers.inc();
    let delta = stream.next_of("metrics:delta");
    let values = delta["values"].as_object().expect("values");
    assert_eq!(values.len(), 1, "{delta}");
    assert!(
        values
            .keys()
            .all(|id| others.contains(&id.parse().expect("an id")))
    );
}

#[test]
fn a_set_that_comes_is_there_with_new_ids() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let mut stream = connect(&running);
    let snapshot = stream.next_of("metrics:snapshot");
    assert_eq!(ids(&snapshot, |name| name.starts_with("plugin_")).len(), 0);
    let plugin = plugin(&registry);
    plugin.cache.entries.set(7);
    let delta = stream.next_of("metrics:delta");
    let entries = family(&delta["families"], "plugin_cache_entries");
    assert_eq!(entries["labels"], json!(["plugin"]));
    let series = array(&delta["series"]).iter();
    let series = series.filter(|series| series["family"] == entries["id"]);
    let shown: Vec<_> = series.map(|s| (&s["labels"], &s["value"])).collect();
    assert_eq!(shown, [(&json!(["mirror"]), &json!(7))]);
    let answer = running.get("/metrics");
    assert_eq!(
        answer.sample("plugin_cache_entries{plugin=\"mirror\"}"),
        Some("7")
    );
}

#[test]
fn infos_and_state_sets_are_served() {
    let registry = Registry::new();
    let plugin = plugin(&registry);
    let running = Running::new(&exporter(&registry));
    let text = running.get("/metrics").body;
    for line in [
        "# TYPE plugin_build_info gauge",
        "plugin_build_info{plugin=\"mirror\",version=\"1\"} 1",
        "# TYPE plugin_phase gauge",
        "plugin_phase{plugin=\"mirror\",plugin_phase=\"loading\"} 1",
        "plugin_phase{plugin=\"mirror\",plugin_phase=\"ready\"} 0",
    ] {
        assert!(
            text.lines().any(|exposed| exposed == line),
            "{line}\n{text}"
        );
    }
    let document = running.get("/metrics/json").json();
    let info = family(&document["families"], "plugin_build_info");
    assert_eq!(info["type"], "info");
    assert_eq!(
        info["series"],
        json!([{"labels": {"plugin": "mirror", "version": "1"}, "value": 1}])
    );
    let phase = family(&document["families"], "plugin_phase");
    assert_eq!(phase["type"], "stateset");
    assert_eq!(
        phase["series"][1],
        json!({"labels": {"plugin": "mirror", "plugin_phase": "ready"}, "value": 0})
    );

    let mut stream = connect(&running);
    let snapshot = stream.next_of("metrics:snapshot");
    assert_eq!(
        family(&snapshot["families"], "plugin_build_info")["type"],
        "info"
    );
    assert_eq!(
        family(&snapshot["families"], "plugin_phase")["type"],
        "stateset"
    );
    plugin.phase.set(Phase::Ready);
    let delta = stream.next_of("metrics:delta");
    let mut values: Vec<_> = delta["values"]
        .as_object()
        .expect("values")
        .values()
        .collect();
    values.sort_by_key(|value| value.as_u64());
    assert_eq!(
        values,
        [&json!(0), &json!(1)],
        "one state left, one entered"
    );

    let before = ids(&snapshot, |name| name == "plugin_build_info");
    plugin.build.set(Build { version: "2" });
    let delta = stream.next_of("metrics:delta");
    let removed = array(&delta["removed"]).iter();
    let removed: BTreeSet<u64> = removed.filter_map(Value::as_u64).collect();
    assert_eq!(removed, before);
    assert_eq!(delta["series"][0]["labels"], json!(["mirror", "2"]));
}
