//! Every attribute of a set and of its fields, in every form.

use metrics_core::{Counter, Gauge, Histogram, MetricSet, Registry};

const BOUNDS: &[f64] = &[1.0, 2.0];

mod limits {
    pub const THREE: [f64; 3] = [1.0, 2.0, 3.0];
}

/// First paragraph,
/// in two lines.
///
/// Second paragraph.
#[derive(MetricSet)]
#[metrics(register = false)]
#[metrics(prefix = "all")]
struct All {
    /// A list.
    #[metric(buckets = [-1, 0.5, 1e1])]
    list: Histogram,
    /// A line.
    #[metric(buckets = linear(0.1, 0.1, 3))]
    line: Histogram,
    /// A curve.
    #[metric(buckets = exponential(0.001, 10, 3),)]
    curve: Histogram,
    /// A constant.
    #[metric(buckets = BOUNDS)]
    constant: Histogram,
    /// Another.
    #[metric(buckets = &limits::THREE)]
    another: Histogram<(), u64>,
    /// The unit is in the name.
    #[metric(unit = "bytes")]
    sent_bytes: Counter,
    /// A unit in milliseconds, on purpose.
    #[metric(unit = "milliseconds", allow(base_unit))]
    drift: Gauge,
    /// The same in the name.
    #[metric(allow(base_unit))]
    drift_ms: Gauge,
    /// A gauge that is called a total.
    #[metric(name = "websocket_connections_total", allow(gauge_total))]
    connections: Gauge,
    /// A gauge that is called like a series of a histogram that is not there.
    #[metric(allow(series_suffix))]
    presence_count: Gauge,
    /// A counter that is not.
    #[metric(name = "legacy_hits", allow(counter_without_total))]
    hits: Counter,
    /// A whole name.
    #[metric(name = "read_seconds_total", unit = "seconds")]
    read: Counter<(), f64>,
    /// Read from a function.
    #[metric(read = std::process::id)]
    pid: Gauge,
    /// Read as well.
    #[metric(read = limits_len, unit = "bounds")]
    limits: Counter,
    #[metric(skip)]
    _skipped: Option<String>,
    /** A block comment
     * of two lines. */
    block: Gauge,
}

fn limits_len() -> usize {
    limits::THREE.len()
}

fn main() {
    assert_eq!(All::SET.help, "First paragraph, in two lines.");
    let bounds = |i: usize| All::SET.families[i].bounds();
    assert_eq!(bounds(0), [-1.0, 0.5, 10.0]);
    assert_eq!(bounds(1), [0.1, 0.2, 0.3]);
    assert_eq!(bounds(2), [0.001, 0.01, 0.1]);
    assert_eq!(bounds(3), [1.0, 2.0]);
    assert_eq!(bounds(4), [1.0, 2.0, 3.0]);
    let names: Vec<&str> = All::SET.families.iter().map(|family| family.name()).collect();
    assert_eq!(
        names,
        [
            "all_list",
            "all_line",
            "all_curve",
            "all_constant",
            "all_another",
            "all_sent_bytes_total",
            "all_drift_milliseconds",
            "all_drift_ms",
            "websocket_connections_total",
            "all_presence_count",
            "legacy_hits",
            "read_seconds_total",
            "all_pid",
            "all_limits_bounds_total",
            "all_block",
        ]
    );
    assert_eq!(All::SET.families[14].help(), "A block comment of two lines.");
    let registry = Registry::new();
    let all = All::register(&registry).expect("no conflict");
    all.list.observe(0.0);
    all.line.observe(0.0);
    all.curve.observe(0.0);
    all.constant.observe(0.0);
    all.another.observe(1);
    all.sent_bytes.inc();
    all.drift.set(1);
    all.drift_ms.set(1);
    all.connections.inc();
    all.presence_count.inc();
    all.hits.inc();
    all.read.inc_by(0.5);
    all.block.inc();
    let _ = (&all.pid, &all.limits);
    let text = registry.encode_text();
    assert!(text.contains(&format!("all_pid {}\n", std::process::id())), "{text}");
    assert!(text.contains("all_limits_bounds_total 3\n"), "{text}");
}
