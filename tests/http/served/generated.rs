//! A program of which all artefacts are generated, with settings of every kind: `generated metrics export --out DIR`. It does
//! nothing else. Its job is no name of Kubernetes, and its metrics ask for all that manifests can have.

use std::time::Duration;

use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet, timed};
use metrics_server::Artifacts;

#[derive(Clone, Copy, Debug, Label)]
enum Direction {
    In,
    Out,
}

#[derive(Clone, Copy, Debug, LabelSet)]
struct ByProxy<'a> {
    #[label(open, max = 200)]
    proxy: &'a str,
    direction: Direction,
}

/// Proxies through which hits go.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "proxy_pool")]
struct ProxyPool {
    /// Bytes by proxy.
    #[metric(unit = "bytes")]
    traffic: Counter<ByProxy<'static>>,
    /// Hits that are on their way.
    #[metric(hpa(average = 100, min = 2, max = 10))]
    hits: Gauge,
    /// Hits that wait for a proxy.
    #[metric(hpa(average = 0.5, min = 2, max = 10))]
    waiting: Gauge<(), f64>,
    /// Time of a hit, in buckets of both kinds.
    #[metric(unit = "seconds", buckets = [0.1, 1.0, 10.0], native)]
    hit_time: Histogram,
}

#[timed]
fn hit() {
    let pool = ProxyPool::global();
    pool.hits.set(1);
    for direction in [Direction::In, Direction::Out] {
        let labels = ByProxy {
            proxy: "a",
            direction,
        };
        pool.traffic.with(labels).inc();
    }
    pool.hit_time.observe(0.5);
    pool.waiting.set(0.5);
}

fn main() {
    Artifacts::global()
        .name("proxy_pool")
        .namespace("load")
        .port(8080)
        .path("/api/metrics")
        .scrape_interval(Duration::from_millis(5500))
        .target_label("env", "production")
        .target_label("price", "$1 'or' \"more\"")
        .kubernetes_label("release", "kube-prometheus-stack")
        .cli();
    hit();
}
