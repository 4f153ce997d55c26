//! Values that are computed of other metrics, before there is data and after: they are gauges in every format.

use std::time::Duration;

use metrics_core::testing::Scope;
use metrics_core::{Counter, Gauge, Histogram, LabelSet, MetricSet, Registry};

#[derive(Clone, Copy, LabelSet)]
struct ByProxy {
    near: bool,
}

/// A pool of proxies.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Pool {
    /// Hits.
    hits: Counter,
    /// Requests that a proxy answered.
    proxy_success: Counter<ByProxy>,
    /// Requests that it did not.
    proxy_failure: Counter<ByProxy>,
    /// Time to answer.
    #[metric(unit = "seconds", buckets = [0.1, 0.2, 0.4])]
    response: Histogram<ByProxy>,
    /// Hits in a minute, in the latest one.
    #[metric(rate_of = hits, per = "minute", window = "60s")]
    hit_rate_per_minute: Gauge<(), f64>,
    /// Share of requests that were answered.
    #[metric(ratio = proxy_success / (proxy_success + proxy_failure))]
    success_rate: Gauge<(), f64>,
    /// The same of the latest ten seconds.
    #[metric(ratio = proxy_success / (proxy_success + proxy_failure), window = "10s", unit = "ratio")]
    success_lately: Gauge<(), f64>,
    /// What nine of ten answers took at most.
    #[metric(quantile_of = response, q = 0.9, unit = "seconds")]
    response_p90: Gauge<(), f64>,
}

/// Two pools: of one nothing is known.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Pools {
    #[metric(flatten, prefix = "first")]
    first: Pool,
    #[metric(flatten, prefix = "second")]
    second: Pool,
}

pub(crate) fn derived() -> Registry {
    let registry = Registry::new();
    let scope = Scope::new();
    scope.run(|| {
        let pools = Pools::register(&registry).expect("an empty registry");
        let pool = &pools.first;
        pool.hits.inc_by(10);
        pool.proxy_failure.with(ByProxy { near: true }).inc_by(2);
        scope.clock().advance(Duration::from_secs(20));
        pool.hits.inc_by(20);
        pool.proxy_success.with(ByProxy { near: true }).inc();
        pool.proxy_success.with(ByProxy { near: false }).inc();
        for _ in 0..10 {
            pool.response.with(ByProxy { near: true }).observe(0.125);
            pool.response.with(ByProxy { near: false }).observe(0.375);
        }
    });
    registry
}
