//! The catalogue as tools read it: held to its schema by two validators, of what is linked and of a registry of one's own.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use jsonschema::Validator;
use metrics_core::{
    Counter, Gauge, Histogram, Info, Label, LabelSet, MetricSet, Registry, StateSet,
};
use metrics_server::Artifacts;
use serde_json::Value;

use crate::stream_client::assert_valid;

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema = serde_json::from_str(Artifacts::CATALOG_SCHEMA).expect("JSON");
    jsonschema::draft202012::new(&schema).expect("a schema")
});

#[derive(Clone, Copy, Label)]
enum Phase {
    Loading,
    Ready,
}

#[derive(Clone, Copy, LabelSet)]
struct ByDoor {
    #[label(open, max = 10)]
    door: u32,
    is_front: bool,
    phase: Option<Phase>,
}

#[derive(LabelSet)]
struct Build<'a> {
    #[label(open, max = 1)]
    version: &'a str,
}

/// A garden, in a house.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Garden {
    /// Trees in it.
    trees: Gauge,
}

/// A house, with a family of every kind.
#[derive(MetricSet)]
#[metrics(prefix = "house", register = false, labels(zone = "a"))]
struct House {
    /// Visits.
    #[metric(idle = "10m")]
    visits: Counter<ByDoor>,
    /// Lengths of visits.
    #[metric(unit = "seconds", native, exemplars)]
    stay: Histogram,
    /// Lengths of nights.
    #[metric(unit = "seconds", native, buckets = [3600.0, 28800.0])]
    night: Histogram,
    /// Share of visits that are short.
    #[metric(ratio = visits / visits)]
    short: Gauge<(), f64>,
    /// What it is made of.
    build: Info<Build<'static>>,
    /// How far it is.
    phase: StateSet<Phase>,
    #[metric(flatten, prefix = "garden")]
    garden: Garden,
}

fn house(shard: &str) -> Registry {
    let builder = Registry::builder().namespace("town");
    let registry = builder.constant_label("shard", shard).build();
    let registry = registry.expect("good names");
    let house = House::register(&registry).expect("free names");
    house.phase.set(Phase::Loading);
    house.phase.set(Phase::Ready);
    house.build.set(Build { version: "1" });
    house.garden.trees.set(1);
    registry
}

fn catalog(artifacts: &Artifacts) -> Value {
    serde_json::from_str(&artifacts.catalog_json()).expect("JSON")
}

fn names(catalog: &Value) -> Vec<&str> {
    let families = catalog["families"].as_array().expect("families");
    let names = families.iter().map(|family| family["name"].as_str());
    names.map(|name| name.expect("a name")).collect()
}

#[test]
fn every_catalogue_obeys_the_schema() {
    let both = Registry::new();
    let (first, second) = (house("1"), house("2"));
    both.attach(&first);
    both.attach(&second);
    for artifacts in [
        Artifacts::global().with_http_metrics(),
        Artifacts::of(&house("7")),
        Artifacts::of(&both),
        Artifacts::of(&Registry::new()).include::<House>(),
    ] {
        assert_valid(&SCHEMA, &catalog(&artifacts));
    }
    let version_1 = include_str!("../../metrics-server/src/artifacts/catalog/version_1.json");
    assert_valid(&SCHEMA, &serde_json::from_str(version_1).expect("JSON"));
}

#[test]
fn the_schema_takes_nothing_else() {
    let catalog = catalog(&Artifacts::of(&house("7")));
    let family = names(&catalog);
    let visits = family
        .iter()
        .position(|name| *name == "town_house_visits_total");
    let visits = format!("/families/{}", visits.expect("the family"));
    let changes: [(&str, &str, Value); 7] = [
        ("", "more", 1.into()),
        ("", "version", 2.into()),
        (&visits, "type", "countr".into()),
        (&visits, "name", "a b".into()),
        (&visits, "buckets", vec![1.0].into()),
        (
            &format!("{visits}/declared"),
            "file",
            "/home/me/src/lib.rs".into(),
        ),
        (&format!("{visits}/labels/0"), "values", vec!["a"].into()),
    ];
    for (place, key, value) in changes {
        let mut wrong = catalog.clone();
        let object = wrong.pointer_mut(place).and_then(Value::as_object_mut);
        object.expect("an object").insert(key.to_owned(), value);
        assert!(!SCHEMA.is_valid(&wrong), "{place}/{key}");
    }
}

#[test]
fn python_reads_it_by_the_schema_too() {
    const SCRIPT: &str = "
import json, sys
from jsonschema import Draft202012Validator
schema, *catalogues = json.load(sys.stdin)
Draft202012Validator.check_schema(schema)
for catalogue in catalogues:
    Draft202012Validator(schema).validate(catalogue)
    print(*(family['name'] for family in catalogue['families']))
";
    let schema: Value = serde_json::from_str(Artifacts::CATALOG_SCHEMA).expect("JSON");
    let catalog = catalog(&Artifacts::of(&house("7")));
    let mut python = Command::new("/usr/bin/python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("/usr/bin/python3: tests/run needs");
    let input = serde_json::to_vec(&[&schema, &catalog]).expect("JSON");
    let written = python.stdin.take().expect("a pipe").write_all(&input);
    let read = python.wait_with_output().expect("a process that ends");
    assert!(read.status.success(), "python3-jsonschema: tests/run needs");
    written.expect("a process that reads");
    let read = String::from_utf8(read.stdout).expect("text");
    assert_eq!(read.split_whitespace().collect::<Vec<_>>(), names(&catalog));
}

#[test]
fn what_is_told_of_the_process_is_in_every_catalogue() {
    let all = catalog(&Artifacts::global());
    let own = catalog(&Artifacts::of(&house("7")));
    for name in [
        "process_cpu_seconds_total",
        "process_threads",
        "tokio_workers",
    ] {
        for catalog in [&all, &own] {
            assert!(
                names(catalog).contains(&name),
                "{name}: {:?}",
                names(catalog)
            );
        }
    }
    // with the labels of the registry, as a server exposes it
    let families = own["families"].as_array().expect("families");
    let threads = families
        .iter()
        .find(|family| family["name"] == "process_threads");
    let labels = threads.map(|family| &family["constant_labels"]);
    let expected = serde_json::json!([{ "name": "shard", "values": ["7"] }]);
    assert_eq!(labels, Some(&expected));
}

#[test]
fn a_registry_that_has_the_default_collectors_has_them_once() {
    let registry = Registry::new();
    let alone = catalog(&Artifacts::of(&registry));
    registry.attach(metrics_server::default_collectors());
    let attached = catalog(&Artifacts::of(&registry));
    assert_eq!(names(&attached), names(&alone));
}

#[test]
fn the_http_middleware_is_in_it_as_it_will_be_exposed() {
    let registry = Registry::builder().namespace("town").build();
    let registry = registry.expect("a good name");
    let before = catalog(&Artifacts::of(&registry).with_http_metrics());
    assert!(names(&before).contains(&"town_http_server_requests_total"));
    let _middleware = metrics_server::HttpMetrics::of(&registry);
    // those of trouble come with the set
    let after = catalog(&Artifacts::of(&registry).with_http_metrics());
    let is_http = |name: &&str| name.contains("http");
    assert_eq!(
        names(&after)
            .into_iter()
            .filter(is_http)
            .collect::<Vec<_>>(),
        names(&before)
            .into_iter()
            .filter(is_http)
            .collect::<Vec<_>>()
    );
}
