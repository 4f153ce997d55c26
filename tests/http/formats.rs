//! The exposition in every format and coding: what is answered to which headers, and that it is always the same content.

use std::io::Read;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex};

use metrics_core::{
    Counter, Descriptor, Kind, LabelDescriptor, LabelSet, Labels, Metric, MetricField, MetricSet,
    Number, OPEN_METRICS_CONTENT_TYPE, PROTOBUF_CONTENT_TYPE, Point, Registry, Value,
};
use metrics_server::Exporter;

use crate::client::{DEADLINE, Running, wait_for};
use crate::raw::{RawAnswer, get, request, send};
use crate::shop::{ByItem, exporter, shop};

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const CODINGS: [&str; 3] = ["identity", "gzip", "zstd"];

#[derive(Clone, Copy, Debug, LabelSet)]
struct ByUser {
    #[label(open, max = 100_000)]
    user: u32,
}

/// Enough for several pieces of 64 KiB, compressed too, and in the end a number that can be waited for.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Load {
    /// Clicks by user.
    clicks: Counter<ByUser>,
    /// The last of the walk.
    zz_gate: Gate,
}

/// A number that is read only when the gate is open, and in the walk, where others that wait are read before it.
#[derive(Debug)]
pub(crate) struct Gate(Arc<Open>);

#[derive(Debug)]
struct Open {
    open: Mutex<bool>,
    changed: Condvar,
    /// Whether somebody waited for longer than anything takes.
    stuck: AtomicBool,
}

impl Gate {
    pub(crate) fn set(&self, open: bool) {
        *self.0.open.lock().expect("nobody panics with it") = open;
        self.0.changed.notify_all();
    }
}

impl MetricField for Gate {
    const LABELS: &'static [LabelDescriptor] = &[];
    const KIND: Kind = Kind::Gauge;

    fn new(_: &'static Descriptor) -> Self {
        Self(Arc::new(Open {
            open: Mutex::new(true),
            changed: Condvar::new(),
            stuck: AtomicBool::new(false),
        }))
    }

    fn handle(&self) -> Arc<dyn Metric> {
        self.0.clone()
    }
}

impl Metric for Open {
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let open = self.open.lock().expect("nobody panics with it");
        // sooner than the client gives up
        let waited = (self.changed).wait_timeout_while(open, DEADLINE / 2, |open| !*open);
        let (open, result) = waited.expect("nobody panics with it");
        self.stuck.fetch_or(result.timed_out(), Relaxed);
        let value = Number::Unsigned(u64::from(*open));
        visit(&Point::new(Labels::NONE, Value::Number(value)))
    }

    fn runs_user_code(&self) -> bool {
        false
    }
}

fn load() -> (Registry, Arc<Load>) {
    let registry = Registry::new();
    let load = Load::register(&registry).expect("an empty registry");
    for user in 0..100_000 {
        // values that compress badly, so that every coding needs several pieces
        let clicks = u64::from(user).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        load.clicks.with(ByUser { user }).inc_by(clicks);
    }
    (registry, load)
}

fn assert_described(answer: &RawAnswer, content_type: &str, coding: &str) {
    assert_eq!(answer.status(), "200", "{}", answer.head);
    assert_eq!(answer.header("content-type"), content_type);
    assert_eq!(answer.header("vary"), "Accept, Accept-Encoding");
    let encoded = if coding == "identity" { "" } else { coding };
    assert_eq!(answer.header("content-encoding"), encoded);
    assert!(answer.whole, "{}", answer.head);
}

#[test]
fn whatever_is_accepted_something_is_answered() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for headers in [
        &[][..],
        &["Accept: "],
        &["Accept: image/png"],
        &["Accept: */*;q=0", "Accept-Encoding: *;q=0"],
        &[
            "Accept: \u{e9}\u{1f600};q=\u{e9}",
            "Accept-Encoding: \u{e9}",
        ],
        &["Accept: ,;=\"/", "Accept-Encoding: ;;;,q="],
    ] {
        let answer = get(&running, "/metrics", headers);
        assert_described(&answer, TEXT, "identity");
        assert_eq!(answer.text(), registry.encode_text(), "{headers:?}");
    }
}

/// What Prometheus 2.42 and 3.5 send, with native histograms and without: the first that suits is what is answered.
#[test]
fn prometheus_gets_the_format_that_it_likes_best() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
    let open_metrics = "application/openmetrics-text;version=1.0.0";
    let escaped = format!("{OPEN_METRICS_CONTENT_TYPE}; escaping=allow-utf-8");
    let rest = "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
    for (accept, content_type, body) in [
        (
            format!("{protobuf},{open_metrics};q=0.8,{rest}"),
            PROTOBUF_CONTENT_TYPE,
            registry.encode_protobuf(),
        ),
        (
            format!("{open_metrics},{rest}"),
            OPEN_METRICS_CONTENT_TYPE,
            registry.encode_open_metrics().into_bytes(),
        ),
        (
            format!("{open_metrics};escaping=allow-utf-8;q=0.6,{rest}"),
            &escaped,
            registry.encode_open_metrics().into_bytes(),
        ),
        (rest.to_owned(), TEXT, registry.encode_text().into_bytes()),
    ] {
        let accept = format!("Accept: {accept}");
        for coding in CODINGS {
            let coded = format!("Accept-Encoding: {coding}");
            let answer = get(&running, "/metrics", &[&accept, &coded]);
            assert_described(&answer, content_type, coding);
            assert!(answer.decoded() == body, "{accept} {coding}");
        }
    }
}

#[test]
fn scrapes_are_counted_by_format() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let own = Running::new(&Exporter::global());
    let complete = |format: &str| {
        let name = format!("metrics_scrapes_total{{format=\"{format}\",end=\"complete\"}}");
        let answer = own.get("/metrics?name[]=metrics_scrapes_total");
        let value = answer.sample(&name).expect("a series");
        value.parse::<u64>().expect("a count")
    };
    for (accept, format) in [
        (OPEN_METRICS_CONTENT_TYPE, "open_metrics"),
        (PROTOBUF_CONTENT_TYPE, "protobuf"),
    ] {
        let before = complete(format);
        get(&running, "/metrics", &[&format!("Accept: {accept}")]);
        wait_for(format, || (complete(format) > before).then_some(()));
    }
}

#[test]
fn times_of_creation_are_shown_in_open_metrics_to_who_wants_them() {
    let (registry, _shop) = shop();
    let settings = Exporter::builder()
        .registry(&registry)
        .without_default_collectors();
    let running = Running::new(&settings.created_samples(true).build().expect("no settings"));
    let accept = format!("Accept: {OPEN_METRICS_CONTENT_TYPE}");
    let created = |running: &Running| {
        let text = get(running, "/metrics", &[&accept]).text();
        text.lines().any(|l| l.starts_with("shop_sales_created{"))
    };
    assert!(created(&running));
    assert!(!created(&Running::new(&exporter(&registry))));
}

/// A removed series is shown once more, to the first that gets everything; what filters or asks for the head alone does
/// not.
#[test]
fn what_was_removed_is_gone_when_it_was_delivered() {
    let (registry, shop) = shop();
    let running = Running::new(&exporter(&registry));
    let item = "a \"quoted\" thing";
    shop.items.remove(ByItem { item });
    let shown = |text: &str| text.contains("shop_items_total{");
    get(&running, "/metrics?name[]=shop_till", &[]);
    request(&running, "HEAD", "/metrics", &[]);
    get(&running, "/metrics/json", &[]);
    assert!(shown(&registry.encode_text()));
    assert!(shown(&get(&running, "/metrics", &[]).text()));
    wait_for("the delivery to be noted", || {
        (!shown(&registry.encode_text())).then_some(())
    });
    assert!(!shown(&get(&running, "/metrics", &[]).text()));
}

#[test]
fn a_small_body_comes_in_one_piece_with_its_length() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for coding in CODINGS {
        let header = format!("Accept-Encoding: {coding}");
        let answer = get(&running, "/metrics", &[&header]);
        assert_described(&answer, TEXT, coding);
        let len = answer.body.len().to_string();
        assert_eq!(answer.header("content-length"), len, "{coding}");
        assert_eq!(answer.text(), registry.encode_text(), "{coding}");
    }
}

#[test]
fn a_large_body_is_compressed_while_it_is_streamed() {
    let (registry, load) = load();
    let running = Running::new(&exporter(&registry));
    let plain = get(&running, "/metrics", &[]);
    assert_described(&plain, TEXT, "identity");
    assert_eq!(plain.text(), registry.encode_text());
    for coding in ["gzip", "zstd"] {
        let header = format!("Accept-Encoding: {coding}");
        let answer = get(&running, "/metrics", &[&header]);
        assert_described(&answer, TEXT, coding);
        assert_eq!(answer.header("transfer-encoding"), "chunked", "{coding}");
        assert!(answer.decoded() == plain.body, "{coding}");
        let (small, large) = (answer.body.len(), plain.body.len());
        assert!(small < large / 3, "{coding}: {small} of {large}");
    }
    // one at a time, for there is one gate: the walk stands at its last metric until the start was read
    for coding in CODINGS {
        load.zz_gate.set(false);
        let header = format!("Accept-Encoding: {coding}");
        let mut connection = send(&running, "GET", "/metrics", &[&header]);
        let mut start = [0; 8 * 1024];
        let read = connection.read_exact(&mut start);
        load.zz_gate.set(true);
        read.expect("the start of a body whose end is not known yet");
        assert!(start.starts_with(b"HTTP/1.1 200 OK"), "{coding}");
        assert!(
            !load.zz_gate.0.stuck.load(Relaxed),
            "{coding}: only at the end"
        );
    }
}

#[test]
fn head_describes_what_get_would_send() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for path in ["/metrics", "/metrics/json"] {
        for coding in CODINGS {
            let header = format!("Accept-Encoding: {coding}");
            let head = request(&running, "HEAD", path, &[&header]);
            let get = get(&running, path, &[&header]);
            for name in ["content-type", "content-encoding", "vary"] {
                assert_eq!(
                    head.header(name),
                    get.header(name),
                    "{path} {coding} {name}"
                );
            }
            assert_eq!(
                (head.status(), head.body.len()),
                ("200", 0),
                "{path} {coding}"
            );
            assert!(
                head.header("content-length").parse::<u64>().is_ok(),
                "{}",
                head.head
            );
        }
    }
}

#[test]
fn json_is_compressed_too() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let families = |answer: &RawAnswer| {
        let document: serde_json::Value = serde_json::from_str(&answer.text()).expect("a document");
        document["families"].clone()
    };
    let plain = get(&running, "/metrics/json", &[]);
    assert!(families(&plain).as_array().is_some_and(|all| all.len() > 4));
    for coding in CODINGS {
        let header = format!("Accept-Encoding: {coding}");
        let answer = get(&running, "/metrics/json", &[&header]);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("vary"), "Accept-Encoding");
        let encoded = if coding == "identity" { "" } else { coding };
        assert_eq!(answer.header("content-encoding"), encoded);
        assert_eq!(families(&answer), families(&plain), "{coding}");
    }
}

/// As the exposition: the limit of scrapes under way, and their deadline, are for those who read it slowly too.
#[test]
fn a_large_document_is_sent_in_pieces_and_is_whole() {
    let (registry, _load) = load();
    let running = Running::new(&exporter(&registry));
    for coding in CODINGS {
        let header = format!("Accept-Encoding: {coding}");
        let answer = get(&running, "/metrics/json", &[&header]);
        assert_eq!(answer.header("transfer-encoding"), "chunked", "{coding}");
        let document: serde_json::Value =
            serde_json::from_str(&answer.text()).expect("a whole document");
        let families = document["families"].as_array().map_or(0, Vec::len);
        assert_eq!(families, registry.snapshot().families.len(), "{coding}");
    }
}

#[test]
fn an_empty_registry_is_empty_in_every_coding() {
    let running = Running::new(&exporter(&Registry::new()));
    for coding in CODINGS {
        let header = format!("Accept-Encoding: {coding}");
        let answer = get(&running, "/metrics", &[&header]);
        assert_described(&answer, TEXT, coding);
        assert_eq!(answer.text(), "", "{coding}");
    }
}
