use metrics_core::{Counter, MetricSet};

/// A pool.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Pool {
    /// Connections opened.
    opened: Counter,
}

/// A server.
#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct Server {
    #[metric(flatten, prefix = "x_minutes")]
    a: Pool,
    #[metric(flatten, prefix = "ms")]
    b: Pool,
    #[metric(flatten, prefix = "open_gauge")]
    c: Pool,
    #[metric(flatten, prefix = "counter")]
    d: Pool,
    #[metric(flatten, prefix = "e_minutes", allow(base_unit, kind_in_name))]
    e: Pool,
    #[metric(flatten, allow(gauge_total))]
    f: Pool,
}

fn main() {}
