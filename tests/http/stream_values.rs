//! Values and figures as clients of the stream see them: joining, intervals, pauses, rates and quantiles, exactly.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use metrics_core::{Counter, Gauge, Histogram, LabelSet, MetricSet, Registry};
use serde_json::{Value, json};

use crate::client::{RaisedAtEnd, Running};
use crate::shop::exporter;
use crate::stream_client::Stream;

#[derive(Clone, Copy, Debug, LabelSet)]
struct ByPage {
    #[label(open, max = 20_000)]
    page: usize,
}

/// A kiosk.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "kiosk", register = false)]
struct Kiosk {
    /// Papers sold.
    papers: Counter,
    /// Shelves in use.
    #[metric(unit = "ratio")]
    shelves_used: Gauge<(), f64>,
    /// Papers that were sold, of those that were touched.
    #[metric(ratio = papers / (papers + returned))]
    sold: Gauge<(), f64>,
    /// Papers brought back.
    returned: Counter,
    /// Time at the counter.
    #[metric(unit = "seconds", buckets = [0.5, 1.0, 2.0])]
    wait: Histogram,
    /// Pages read.
    pages: Counter<ByPage>,
}

struct Open {
    registry: Registry,
    kiosk: std::sync::Arc<Kiosk>,
    running: Running,
}

fn open() -> Open {
    let registry = Registry::new();
    let kiosk = Kiosk::register(&registry).expect("an empty registry");
    let running = Running::new(&exporter(&registry));
    Open {
        registry,
        kiosk,
        running,
    }
}

impl Open {
    fn connect(&self, query: &str) -> Stream {
        let authority = self.running.authority();
        Stream::connect(&format!("ws://{authority}/metrics/stream{query}"))
    }
}

/// The ids of the series of a snapshot's family.
fn ids(snapshot: &Value, name: &str) -> Vec<String> {
    let list = |key: &str| snapshot[key].as_array().cloned().unwrap_or_default();
    let families = list("families");
    let family = families.iter().find(|family| family["name"] == name);
    let family = family.unwrap_or_else(|| panic!("no {name} in {snapshot}"));
    let series = list("series").into_iter();
    series
        .filter(|series| series["family"] == family["id"])
        .map(|series| series["id"].to_string())
        .collect()
}

fn id(snapshot: &Value, name: &str) -> String {
    ids(snapshot, name).pop().expect("a series")
}

#[test]
fn figures_are_exact() {
    let open = open();
    for seconds in [0.25, 0.75, 5.0] {
        open.kiosk.wait.observe(seconds);
    }
    open.kiosk.papers.inc_by(3);
    open.kiosk.shelves_used.set(0.25);
    let mut stream = open
        .connect("?interval_ms=100&type=metrics:snapshot&type=metrics:performance&match=kiosk_*");
    let snapshot = stream.next_of("metrics:snapshot");
    let [papers, returned, used, sold, wait] = [
        "kiosk_papers_total",
        "kiosk_returned_total",
        "kiosk_shelves_used_ratio",
        "kiosk_sold",
        "kiosk_wait_seconds",
    ]
    .map(|name| id(&snapshot, name));
    let first = stream.next_of("metrics:performance");
    let expected = json!({
        "seconds": 0.0,
        "rates": {papers.as_str(): 0.0, returned.as_str(): 0.0},
        "ratios": {used.as_str(): 0.25, sold.as_str(): 1.0},
        "quantiles": {wait.as_str(): {"p50": 0.75, "p90": 2.0, "p95": 2.0, "p99": 2.0}},
    });
    assert_eq!(first, expected);

    open.kiosk.papers.inc_by(1_000);
    open.kiosk.returned.inc_by(1_003);
    for _ in 0..10 {
        open.kiosk.wait.observe(1.5);
    }
    let mut sold_since = 0.0;
    let last = loop {
        let told = stream.next_of("metrics:performance");
        let rate = told["rates"][&papers].as_f64().expect("a rate");
        sold_since += rate * told["seconds"].as_f64().expect("a time");
        if (sold_since - 1_000.0_f64).abs() < 1e-6 && told["ratios"][&sold] == json!(0.5) {
            break told;
        }
        assert!(sold_since < 1_000.0 + 1e-6, "{sold_since}");
    };
    // the histogram was read after the counter: of the new observations alone
    let quantiles = if last["quantiles"][&wait]["p50"] == json!(1.5) {
        last
    } else {
        stream.next_of("metrics:performance")
    };
    let expected = json!({"p50": 1.5, "p90": 1.9, "p95": 1.95, "p99": 1.99});
    assert_eq!(quantiles["quantiles"][&wait], expected);
    let still = stream.next_of("metrics:performance");
    assert_eq!(still["rates"][&papers], json!(0.0));
    assert_eq!(
        still["quantiles"][&wait], expected,
        "of the newest that there were"
    );
}

#[test]
fn a_family_says_what_it_is_computed_of() {
    let open = open();
    let mut stream = open.connect("?match=kiosk_*");
    let snapshot = stream.next_of("metrics:snapshot");
    let families = snapshot["families"].as_array().expect("families");
    let of = |name: &str| families.iter().find(|family| family["name"] == name);
    let sold = of("kiosk_sold").expect("the family");
    assert_eq!(
        (&sold["derived"], &sold["set"]),
        (&json!("ratio"), &json!("Kiosk"))
    );
    assert_eq!(
        of("kiosk_papers_total").expect("the family").get("derived"),
        None
    );
}

#[test]
fn who_joins_among_updates_ends_with_the_numbers_of_a_scrape() {
    let open = open();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Relaxed) {
                    open.kiosk.papers.inc();
                    thread::yield_now();
                }
            });
        }
        let raised = RaisedAtEnd(&over);
        let mut streams: Vec<(Stream, String, u64)> = Vec::new();
        for _ in 0..6 {
            let mut stream = open.connect("?interval_ms=100&match=kiosk_papers_total");
            let snapshot = stream.next_of("metrics:snapshot");
            let id = id(&snapshot, "kiosk_papers_total");
            let value = snapshot["series"][0]["value"].as_u64().expect("a count");
            streams.push((stream, id, value));
        }
        for (stream, id, value) in &mut streams {
            let now = stream.next_of("metrics:delta")["values"][&*id].as_u64();
            let now = now.expect("the only one that changes");
            assert!(now > *value, "{now} is not above {value}");
            *value = now;
        }
        drop(raised);
        let end = open.kiosk.papers.get();
        open.kiosk.papers.inc();
        for (stream, id, value) in &mut streams {
            while *value <= end {
                let delta = stream.next_of("metrics:delta");
                let now = delta["values"][&*id].as_u64().expect("a count");
                assert!(now > *value, "{now} is not above {value}");
                *value = now;
            }
        }
        let last = open.kiosk.papers.get();
        for (stream, id, value) in &mut streams {
            while *value < last {
                let delta = stream.next_of("metrics:delta");
                *value = delta["values"][&*id].as_u64().expect("a count");
            }
            assert_eq!(*value, last);
        }
    });
}

#[test]
fn every_client_has_an_interval_of_its_own() {
    let open = open();
    let mut slow = open.connect("?interval_ms=60000");
    slow.next_of("metrics:snapshot");
    let mut quick = open.connect("?interval_ms=100");
    quick.next_of("metrics:snapshot");
    for _ in 0..5 {
        open.kiosk.papers.inc();
        quick.next_of("metrics:delta");
    }
    let heard = slow.frames_until_heard();
    // a minute may end just now
    assert!(heard.len() <= 1, "{heard:?}");
    slow.say(r#"{"op":"subscribe","interval_ms":100}"#);
    slow.next_of("metrics:snapshot");
    open.kiosk.papers.inc();
    slow.next_of("metrics:delta");
}

#[test]
fn who_subscribes_in_a_pause_is_told_when_it_ends() {
    let open = open();
    let mut stream = open.connect("?interval_ms=100&match=kiosk_*");
    stream.next_of("metrics:snapshot");
    stream.say(r#"{"op":"pause"}"#);
    stream.say(r#"{"op":"subscribe","interval_ms":100,"match":["kiosk_papers_total"]}"#);
    stream.frames_until_heard();
    let mut other = open.connect("?interval_ms=100&match=kiosk_papers_total");
    other.next_of("metrics:snapshot");
    open.kiosk.papers.inc();
    other.next_of("metrics:delta");
    assert_eq!(stream.frames_until_heard(), [Value::Null; 0]);
    stream.say(r#"{"op":"resume"}"#);
    let snapshot = stream.next_of("metrics:snapshot");
    assert_eq!(snapshot["families"].as_array().map(Vec::len), Some(1));
    assert_eq!(snapshot["series"][0]["value"], json!(1));
}

#[test]
fn a_pause_ends_with_one_delta_of_all_that_changed() {
    let open = open();
    let mut stream = open.connect("?interval_ms=100&match=kiosk_*");
    let snapshot = stream.next_of("metrics:snapshot");
    let mut other = open.connect("?interval_ms=100&match=kiosk_*");
    other.next_of("metrics:snapshot");
    stream.say(r#"{"op":"pause"}"#);
    stream.frames_until_heard();
    for papers in 1..=3 {
        open.kiosk.papers.inc();
        open.kiosk.shelves_used.set(f64::from(papers) / 4.0);
        open.kiosk
            .pages
            .with(ByPage {
                page: papers as usize,
            })
            .inc();
        other.next_of("metrics:delta");
    }
    // all three are in a tick before the pause ends
    let mut known = 0;
    while known < 3 {
        other.say(r#"{"op":"subscribe","interval_ms":100,"match":["kiosk_pages_total"]}"#);
        known = other.next_of("metrics:snapshot")["series"]
            .as_array()
            .expect("series")
            .len();
    }
    assert_eq!(stream.frames_until_heard(), [Value::Null; 0]);
    stream.say(r#"{"op":"resume"}"#);
    let delta = stream.next_of("metrics:delta");
    let [papers, used] =
        ["kiosk_papers_total", "kiosk_shelves_used_ratio"].map(|name| id(&snapshot, name));
    assert_eq!(delta["values"][&papers], json!(3));
    assert_eq!(delta["values"][&used], json!(0.75));
    assert_eq!(delta["series"].as_array().expect("series").len(), 3);
}

#[test]
fn who_missed_more_removals_than_are_remembered_is_sent_a_snapshot() {
    let open = open();
    for page in 0..10_001 {
        open.kiosk.pages.with(ByPage { page }).inc();
    }
    let mut stream = open.connect("?interval_ms=100&match=kiosk_pages_total");
    while stream.next_of("metrics:snapshot")["last"] != true {}
    open.registry.unregister(&open.kiosk);
    let resync = stream.next_of("metrics:resync");
    assert_eq!(resync["dropped"], 0);
    assert!(
        resync["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("removed"))
    );
    let frame = stream.next_frame();
    assert_eq!(frame["type"], "metrics:snapshot");
    assert_eq!(frame["data"]["series"], json!([]));
}

#[test]
fn types_can_be_ended_one_by_one() {
    let open = open();
    let mut stream = open.connect(
        "?interval_ms=100&type=metrics:delta&type=metrics:performance&match=kiosk_papers_total",
    );
    stream.next_of("metrics:performance");
    stream.say(r#"{"op":"unsubscribe","types":["metrics:performance"]}"#);
    stream.frames_until_heard();
    for _ in 0..3 {
        open.kiosk.papers.inc();
        assert_eq!(stream.next_frame()["type"], "metrics:delta");
    }
    stream.say(r#"{"op":"unsubscribe","types":["metrics:hello"],"id":5}"#);
    let error = stream.next_of("metrics:error");
    assert_eq!(
        (&error["id"], &error["code"]),
        (&json!(5), &json!("bad_subscription"))
    );
    stream.say(r#"{"op":"unsubscribe","types":["metrics:delta"]}"#);
    stream.frames_until_heard();
    open.kiosk.papers.inc();
    let mut other = open.connect("?interval_ms=100&match=kiosk_papers_total");
    other.next_of("metrics:snapshot");
    open.kiosk.papers.inc();
    other.next_of("metrics:delta");
    assert_eq!(stream.frames_until_heard(), [Value::Null; 0]);
}

#[test]
fn a_snapshot_can_be_all_that_is_asked_for() {
    let open = open();
    let mut stream = open.connect("?interval_ms=100&type=metrics:snapshot");
    stream.next_of("metrics:snapshot");
    let mut other = open.connect("?interval_ms=100&match=kiosk_papers_total");
    other.next_of("metrics:snapshot");
    for _ in 0..2 {
        open.kiosk.papers.inc();
        other.next_of("metrics:delta");
    }
    assert_eq!(stream.frames_until_heard(), [Value::Null; 0]);
}
