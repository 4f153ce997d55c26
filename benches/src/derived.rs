//! Row `derived values`: what a hundred values computed of other metrics add to a gather, and what it costs to look at
//! their sources while time passes.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use metrics_core::{Counter, Gauge, Histogram, MetricSet, Registry, TextEncoder};
use metrics_load::process::Process;

use crate::figures::Figured;
use crate::measure::median;

pub(crate) const ROW: &str = "derived values";

/// Sets, each of four derived values.
const SETS: usize = 25;
const VALUES: f64 = SETS as f64 * 4.0;

/// Longer than the windows, so that they are full.
const FILL: Duration = Duration::from_secs(12);
const GATHERS: usize = 201;

/// The thread that looks at the sources.
const THREAD: &str = "metrics-derived";

/// Sources, and what is computed of them.
#[derive(MetricSet)]
#[metrics(prefix = "bench", register = false)]
struct Computed {
    /// Hits.
    hits: Counter,
    /// Requests that were answered.
    success: Counter,
    /// Requests that were not.
    failure: Counter,
    /// Time to answer.
    #[metric(unit = "seconds", buckets = exponential(0.005, 2.0, 11))]
    latency: Histogram,
    /// Hits in a minute.
    #[metric(rate_of = hits, per = "minute", window = "10s")]
    hit_rate: Gauge<(), f64>,
    /// The share that was answered.
    #[metric(ratio = success / (success + failure))]
    success_ever: Gauge<(), f64>,
    /// The share that was answered lately.
    #[metric(ratio = success / (success + failure), window = "10s")]
    success_lately: Gauge<(), f64>,
    /// What nearly all answers took at most.
    #[metric(quantile_of = latency, q = 0.99, window = "10s", unit = "seconds")]
    latency_p99: Gauge<(), f64>,
}

/// The same, with values that are set.
#[derive(MetricSet)]
#[metrics(prefix = "bench", register = false)]
struct Plain {
    /// Hits.
    hits: Counter,
    /// Requests that were answered.
    success: Counter,
    /// Requests that were not.
    failure: Counter,
    /// Time to answer.
    #[metric(unit = "seconds", buckets = exponential(0.005, 2.0, 11))]
    latency: Histogram,
    /// Hits in a minute.
    hit_rate: Gauge<(), f64>,
    /// The share that was answered.
    success_ever: Gauge<(), f64>,
    /// The share that was answered lately.
    success_lately: Gauge<(), f64>,
    /// What nearly all answers took at most.
    #[metric(unit = "seconds")]
    latency_p99: Gauge<(), f64>,
}

/// Runs the row, if it is `wanted`.
pub(crate) fn measure(wanted: impl Fn(&str) -> bool) -> Option<Figured> {
    if !wanted(ROW) {
        return None;
    }
    eprintln!("{ROW}");
    let (computed, sets) = register::<Computed>();
    let (plain, plain_sets) = register::<Plain>();
    let start = Instant::now();
    while start.elapsed() < FILL {
        sets.iter().for_each(|set| set.update());
        plain_sets.iter().for_each(|set| set.update());
        thread::sleep(Duration::from_millis(10));
    }
    // the thread is as old as the sets
    let looking = Process::own().thread_cpu(THREAD)
        .map_or(f64::NAN, |seconds| seconds / start.elapsed().as_secs_f64());
    let [of_computed, of_plain] = gathers([&computed, &plain]);
    Some(Figured {
        row: ROW,
        figures: vec![
            ("gather with 100 of them, µs", of_computed),
            ("gather with plain gauges in their places, µs", of_plain),
            ("ns a value", (of_computed - of_plain) * 1e3 / VALUES),
            ("share of a core to look at the sources, %", looking * 100.0),
        ],
    })
}

impl Computed {
    fn update(&self) {
        self.hits.inc();
        self.success.inc();
        self.failure.inc();
        self.latency.observe(0.3);
    }
}

impl Plain {
    fn update(&self) {
        self.hits.inc();
        self.success.inc();
        self.failure.inc();
        self.latency.observe(0.3);
        for gauge in [
            &self.hit_rate,
            &self.success_ever,
            &self.success_lately,
            &self.latency_p99,
        ] {
            gauge.set(0.5);
        }
    }
}

/// A registry in which all sets are, told apart by a constant label.
fn register<S: MetricSet>() -> (Registry, Vec<Arc<S>>) {
    let all = Registry::new();
    let sets = (0..SETS).map(|number| {
        let builder = Registry::builder().constant_label("set", number.to_string());
        let own = builder.build().expect("a label of its own is no clash");
        let set = S::register(&own).expect("an empty registry takes any set");
        all.attach(&own);
        set
    });
    let sets = sets.collect();
    (all, sets)
}

/// Microseconds of a gather into text. The gathers of both take turns.
fn gathers(registries: [&Registry; 2]) -> [f64; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..GATHERS {
        for (registry, times) in registries.into_iter().zip(&mut times) {
            let start = Instant::now();
            let mut encoder = TextEncoder::new(std::io::sink());
            let _ = registry.gather(&mut encoder);
            encoder.finish().expect("the sink takes everything");
            times.push(start.elapsed().as_secs_f64() * 1e6);
        }
    }
    times.map(median)
}
