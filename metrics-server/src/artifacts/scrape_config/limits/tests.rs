//! What is counted of declarations is what a scrape shows when everything has happened that can.

use metrics_core::{
    Counter, Gauge, Histogram, Label, LabelSet, MetricSet, OpenMetricsEncoder, Registry, StateSet,
};

use super::*;
use crate::artifacts::sample;

fn of(name: &str) -> Option<u64> {
    let declarations = sample::declarations();
    let mut families = declarations.families.iter();
    let family = families.find(|family| family.name() == name);
    samples(family.expect(name), &declarations)
}

#[test]
fn a_family_has_as_many_samples_as_its_labels_have_values() {
    // two providers, each with a time of creation
    assert_eq!(of("chat_errors_total"), Some(4));
    // two providers, four outcomes, five bounds
    assert_eq!(of("chat_latency_seconds"), Some(2 * 4 * 9));
    // a hundred rooms, and the overflow
    assert_eq!(of("chat_tokens_total"), Some(101 * 2));
    assert_eq!(of("chat_connections"), Some(1));
    // one function, four outcomes
    assert_eq!(of("function_calls_total"), Some(4 * 2));
}

#[test]
fn a_limit_is_half_as_much_again_in_two_digits() {
    assert_eq!(with_margin(0), Some(1000));
    assert_eq!(with_margin(667), Some(1100));
    assert_eq!(with_margin(8_231), Some(13_000));
    assert_eq!(with_margin(u64::MAX / 3), None);
    assert_eq!(with_margin(u64::MAX), None);
}

#[test]
fn only_native_buckets_ask_for_protobuf_first() {
    let mut declarations = sample::declarations();
    let limits = Limits::of(&declarations, 0);
    assert_eq!(limits.protocols()[0], "PrometheusProto");
    assert!(limits.is_both);
    assert_eq!(limits.labels, FEWEST_LABELS);
    assert_eq!(Limits::of(&declarations, 20).labels, 20 + 12 + 4);
    let families = &mut declarations.families;
    families.retain(|family| family.descriptor().native().is_none());
    let limits = Limits::of(&declarations, 0);
    assert_eq!(limits.protocols()[0], "OpenMetricsText1.0.0");
    assert!(!limits.is_both);
}

#[derive(Clone, Copy, Label)]
enum Phase {
    Waxing,
    Full,
    Waning,
}

const PHASES: [Phase; 3] = [Phase::Waxing, Phase::Full, Phase::Waning];

#[derive(Clone, Copy, LabelSet)]
struct Of<'a> {
    #[label(open, max = 3)]
    room: &'a str,
    #[label(open, max = 5)]
    guest: &'a str,
    phase: Option<Phase>,
    is_new: bool,
}

/// A moon.
#[derive(MetricSet)]
#[metrics(prefix = "moon", register = false)]
struct Moon {
    /// Looks.
    looks: Counter<Of<'static>>,
    /// Heights.
    height: Gauge<Of<'static>>,
    /// Times.
    #[metric(unit = "seconds", buckets = [1.0, 2.0])]
    time: Histogram<Of<'static>>,
    /// What it is.
    phase: StateSet<Phase>,
}

impl Moon {
    /// Everything that can happen to it.
    fn all(&self) {
        for guest in ["a", "b", "c", "d", "e", "f", "g"] {
            for phase in PHASES.map(Some).into_iter().chain([None]) {
                for is_new in [false, true] {
                    let labels = Of {
                        room: "r",
                        guest,
                        phase,
                        is_new,
                    };
                    self.looks.with(labels).inc();
                    self.height.with(labels).inc();
                    self.time.with(labels).observe(1.5);
                }
            }
        }
        self.phase.set(Phase::Full);
    }
}

#[test]
fn no_scrape_has_more_samples_than_are_counted_and_a_full_one_has_as_many() {
    let served = Registry::new();
    for shard in ["1", "2"] {
        let builder = Registry::builder().constant_label("shard", shard);
        let registry = builder.build().expect("a registry");
        Moon::register(&registry).expect("a set").all();
        served.attach(&registry);
    }
    let mut encoder = OpenMetricsEncoder::new(Vec::new()).created_samples(true);
    assert!(served.gather(&mut encoder).is_continue());
    let text = String::from_utf8(encoder.finish().expect("memory")).expect("a text");
    let declarations = served.declarations();
    for (name, stem) in [
        ("moon_looks_total", "moon_looks_"),
        ("moon_height", "moon_height"),
        ("moon_time_seconds", "moon_time_seconds_"),
        ("moon_phase", "moon_phase"),
    ] {
        let shown = text.lines().filter(|line| line.starts_with(stem)).count();
        let mut families = declarations.families.iter();
        let family = families.find(|family| family.name() == name).expect(name);
        assert_eq!(samples(family, &declarations), Some(count(shown)), "{name}");
    }
}
