//! What the load generator tells of itself, under the names that its owners' dashboards know.

use metrics_core::{Counter, Gauge, Histogram, LabelSet, MetricSet};

use crate::proxies::Proxy;

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct ByProxy {
    pub(crate) proxy: Proxy,
}

/// A load generator whose hits go through a pool of proxies.
#[derive(MetricSet)]
#[metrics(prefix = "eroshit")]
pub(crate) struct ProxyPool {
    /// Hits made, each a request through one proxy.
    pub(crate) hits: Counter,
    /// Hits that the proxy brought an answer to.
    pub(crate) proxy_success: Counter<ByProxy>,
    /// Hits that the proxy failed, or that were given up.
    pub(crate) proxy_failure: Counter<ByProxy>,
    /// Hits a minute, over the last minute.
    #[metric(rate_of = hits, per = "minute", window = "60s")]
    pub(crate) hit_rate_per_minute: Gauge<(), f64>,
    /// Sessions that are open.
    pub(crate) active_sessions: Gauge,
    /// Proxies that are in use.
    pub(crate) active_proxies: Gauge,
    /// Visitors who wait for a session.
    pub(crate) queue_size: Gauge,
    /// Hits that went well, of all.
    #[metric(ratio = proxy_success / (proxy_success + proxy_failure))]
    pub(crate) success_rate: Gauge<(), f64>,
    /// Hits that did not go well, of all.
    #[metric(ratio = proxy_failure / (proxy_success + proxy_failure))]
    pub(crate) error_rate: Gauge<(), f64>,
    /// Time of a hit until the last byte of its answer.
    #[metric(unit = "seconds", buckets = exponential(0.001, 2.0, 12))]
    pub(crate) response_time: Histogram,
    /// Time until the proxy's answer began, or it was clear that none would.
    #[metric(unit = "seconds", buckets = exponential(0.001, 2.0, 12))]
    pub(crate) proxy_latency: Histogram<ByProxy>,
}

/// Sessions that ended, counted for the bounce rate.
#[derive(MetricSet)]
#[metrics(prefix = "sessions")]
pub(crate) struct SessionEnds {
    /// Sessions that ended after their only hit.
    pub(crate) bounced: Counter,
    /// Sessions that ended after more hits than one.
    pub(crate) stayed: Counter,
    /// Sessions of one hit, of all that ended.
    #[metric(name = "eroshit_bounce_rate", ratio = bounced / (bounced + stayed))]
    pub(crate) bounce_rate: Gauge<(), f64>,
}
