// All at once, and none of them twice.
use metrics_core::{Counter, Gauge, MetricSet};

/// A pool.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Pool {
    /// Connections opened.
    opened: Counter,
}

/// What is wrong as it is written.
#[derive(MetricSet)]
#[metrics(prefix = "minutes", labels(le = "1", zone = 2, zone = ""))]
struct Written {
    #[metric(flatten, prefix = "Db", unit = "seconds")]
    pool: Pool,
    #[metric(prefix = "x")]
    help_is_missing: Gauge,
    /// Wrong too.
    sent_ms: Counter,
}

/// What is wrong with the types.
#[derive(MetricSet)]
#[metrics(labels(zone = "a"))]
struct Types {
    /// Opened.
    opened: Gauge,
    #[metric(flatten)]
    first: Pool,
    #[metric(flatten)]
    second: Pool,
    /// What was built.
    build_info: Gauge,
    /// Jobs.
    jobs_gauge: Gauge,
}

fn main() {
    let _ = Written::global().pool.opened.get() + Types::global().first.opened.get();
}
