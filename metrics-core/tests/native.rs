//! Native histograms: which bucket counts what, how they become coarser, and that nothing is lost meanwhile.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use metrics_core::{
    Buckets, Histogram, LabelSet, MetricSet, Outcome, Registry, SeriesView, Value, Visitor, timed,
};
use proptest::prelude::*;

#[derive(Clone, Copy, LabelSet)]
struct ByPath<'a> {
    #[label(open, max = 4)]
    path: &'a str,
    outcome: Outcome,
}

/// What is measured.
#[derive(MetricSet)]
#[metrics(prefix = "native", register = false)]
struct Measured {
    /// Any numbers.
    #[metric(native)]
    numbers: Histogram,
    /// As fine as it gets, with few buckets.
    #[metric(native(factor = 1.003, max_buckets = 8, zero_threshold = 0))]
    few: Histogram,
    /// Whole numbers, as fine as it gets.
    #[metric(native(factor = 1.003, max_buckets = 20))]
    sizes: Histogram<(), u64>,
    /// Both kinds.
    #[metric(native, buckets = [1.0, 10.0])]
    both: Histogram,
    /// Durations.
    #[metric(
        unit = "seconds",
        native(factor = 1.1, max_buckets = 160, zero_threshold = 0.000001)
    )]
    time: Histogram,
    /// The same as numbers.
    #[metric(native(factor = 1.1, max_buckets = 160, zero_threshold = 0.000001))]
    numbered_time: Histogram,
    /// Durations by path.
    #[metric(unit = "seconds", native(factor = 1.01, max_buckets = 10))]
    by_path: Histogram<ByPath<'static>>,
}

fn measured() -> (Registry, std::sync::Arc<Measured>) {
    let registry = Registry::new();
    let measured = Measured::register(&registry).expect("an empty registry");
    (registry, measured)
}

/// A histogram as it was shown.
#[derive(Clone, Debug, Default, PartialEq)]
struct Shown {
    cumulative: Vec<u64>,
    count: u64,
    sum: f64,
    schema: i32,
    zero_count: u64,
    positive: Vec<(i32, u64)>,
    negative: Vec<(i32, u64)>,
}

impl Shown {
    fn of(buckets: &Buckets<'_>) -> Self {
        let native = buckets.native.expect("it has native buckets");
        let shown = Self {
            cumulative: buckets.cumulative.to_vec(),
            count: buckets.count,
            sum: buckets.sum,
            schema: native.schema,
            zero_count: native.zero_count,
            positive: native.positive.to_vec(),
            negative: native.negative.to_vec(),
        };
        shown.assert_sound();
        shown
    }

    /// What Prometheus asks of every native histogram.
    fn assert_sound(&self) {
        let all = self.positive.iter().chain(&self.negative);
        let sum: u64 = all.clone().map(|(_, count)| count).sum();
        assert_eq!(sum + self.zero_count, self.count, "{self:?}");
        assert!(all.clone().all(|(_, count)| *count > 0), "{self:?}");
        for side in [&self.positive, &self.negative] {
            assert!(side.is_sorted_by(|one, next| one.0 < next.0), "{self:?}");
        }
        let cumulative = self.cumulative.iter().chain([&self.count]);
        assert!(cumulative.is_sorted(), "{self:?}");
    }

    fn buckets(&self) -> usize {
        self.positive.len() + self.negative.len()
    }
}

/// The series of a registry that are native histograms, by name and labels.
#[derive(Default)]
struct All(BTreeMap<String, Shown>, String);

impl Visitor for All {
    fn family(&mut self, family: &metrics_core::FamilyView<'_>) -> ControlFlow<()> {
        self.1 = family.name.to_owned();
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        if let Value::Histogram(buckets) = series.point.value {
            let name = format!("{}{{{}}}", self.1, series.point.labels.as_str());
            self.0.insert(name, Shown::of(&buckets));
        }
        ControlFlow::Continue(())
    }
}

fn all(registry: &Registry) -> BTreeMap<String, Shown> {
    let mut all = All::default();
    let _ = registry.gather(&mut all);
    all.0
}

fn shown(registry: &Registry, name: &str) -> Shown {
    let all = all(registry);
    let named = all
        .iter()
        .find(|(series, _)| series.starts_with(&format!("native_{name}{{")));
    named.expect("it is shown").1.clone()
}

/// The bucket of a value by the formula: `2^((i - 1) / 2^schema) < value <= 2^(i / 2^schema)`. Logarithms are rounded, so
/// values near a bound are left to the tests of the crate, which know the bounds.
fn index(schema: i32, value: f64) -> i32 {
    if value.is_infinite() {
        // one more than that of the largest number
        return (1024.0 * 2_f64.powi(schema)) as i32 + 1;
    }
    (value.log2() * 2_f64.powi(schema)).ceil() as i32
}

fn is_near_a_bound(value: f64) -> bool {
    let steps = value.abs().log2() * 256.0;
    steps.is_finite() && (steps - steps.round()).abs() < 1e-6
}

/// What a histogram that was made for a schema would show.
fn model(schema: i32, zero_threshold: f64, values: &[f64]) -> Shown {
    let (mut positive, mut negative) = (BTreeMap::new(), BTreeMap::new());
    let mut zero_count = 0;
    for value in values {
        if value.abs() <= zero_threshold {
            zero_count += 1;
        } else {
            let side = if *value > 0.0 {
                &mut positive
            } else {
                &mut negative
            };
            *side.entry(index(schema, value.abs())).or_insert(0) += 1;
        }
    }
    Shown {
        schema,
        zero_count,
        count: values.len() as u64,
        positive: positive.into_iter().collect(),
        negative: negative.into_iter().collect(),
        ..Shown::default()
    }
}

/// The finest that keeps the limit, or the coarsest.
fn limited_model(schema: i32, most: usize, zero_threshold: f64, values: &[f64]) -> Shown {
    let mut schemas = (-4..=schema).rev();
    let fits = |schema: &i32| model(*schema, zero_threshold, values).buckets() <= most;
    let schema = schemas.find(fits).unwrap_or(-4);
    model(schema, zero_threshold, values)
}

fn without_sum(shown: Shown) -> Shown {
    Shown { sum: 0.0, ..shown }
}

#[test]
fn observations_are_where_the_definition_says() {
    let (registry, measured) = measured();
    for value in [
        1.0,
        1.05,
        2.0,
        -2.0,
        0.0,
        -0.0,
        1e-40,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
    ] {
        measured.numbers.observe(value);
    }
    // the threshold is that of the other clients, 2^-128, and belongs to the zero bucket
    let threshold = 2_f64.powi(-128);
    for value in [threshold, -threshold, threshold.next_up()] {
        measured.numbers.observe(value);
    }
    measured.numbers.observe(f64::NAN);
    let shown = shown(&registry, "numbers");
    assert_eq!((shown.schema, shown.zero_count, shown.count), (3, 5, 13));
    // bounds belong to the bucket below; infinity is in one above that of the largest number
    assert_eq!(
        shown.positive,
        [(-1023, 1), (0, 1), (1, 1), (8, 1), (8192, 1), (8193, 1)]
    );
    assert_eq!(shown.negative, [(8, 1), (8193, 1)]);
    assert!(shown.sum.is_nan() && shown.cumulative.is_empty());
    let refused = "metrics_rejected_updates_total{family=\"native_numbers\"} 1\n";
    assert!(registry.encode_text().contains(refused));
}

#[test]
fn a_histogram_without_observations_is_shown() {
    let (registry, _measured) = measured();
    let shown = shown(&registry, "numbers");
    assert_eq!(
        shown,
        Shown {
            schema: 3,
            ..Shown::default()
        }
    );
}

#[test]
fn classic_buckets_beside_native_ones_count_the_same() {
    let (registry, measured) = measured();
    for value in [0.5, 1.0, 5.0, 10.0, 10.5, -3.0, 0.0] {
        measured.both.observe(value);
    }
    measured.both.observe_duration(Duration::from_secs(2));
    let shown = shown(&registry, "both");
    assert_eq!(
        (&*shown.cumulative, shown.count, shown.sum),
        (&[4, 7][..], 8, 26.0)
    );
    assert_eq!((shown.zero_count, &*shown.negative), (1, &[(13, 1)][..]));
    let text = registry.encode_text();
    assert!(
        text.contains("native_both_bucket{le=\"+Inf\"} 8\n"),
        "{text}"
    );
}

#[test]
fn durations_are_in_the_buckets_of_their_value_in_the_unit() {
    let (registry, measured) = measured();
    let nanos = (0..63).flat_map(|power| {
        let power = 1_u64 << power;
        [power - 1, power, power + 1, power / 2 * 3, power / 5 * 6]
    });
    let tens = (0..19).map(|power| 10_u64.pow(power));
    // on both sides of bounds, as near as whole nanoseconds come
    let bounds = (0..33 * 8).map(|step| (2_f64.powf(f64::from(step) / 8.0) * 1e9) as u64);
    let bounds = bounds.flat_map(|bound| [bound - 1, bound, bound + 1]);
    for nanos in nanos.chain(tens).chain(bounds) {
        measured.time.observe_duration(Duration::from_nanos(nanos));
        measured.numbered_time.observe(nanos as f64 / 1e9);
    }
    let (time, numbers) = (
        shown(&registry, "time_seconds"),
        shown(&registry, "numbered_time"),
    );
    assert!(time.count > 300 && time.zero_count > 10 && time.schema < 3);
    assert_eq!(without_sum(time), without_sum(numbers));
}

#[test]
fn sums_of_durations_are_exact() {
    let (registry, measured) = measured();
    for _ in 0..10 {
        measured.time.observe_duration(Duration::from_millis(100));
    }
    let shown = shown(&registry, "time_seconds");
    assert_eq!((shown.sum, shown.positive.len(), shown.count), (1.0, 1, 10));
}

#[test]
fn whole_numbers_of_all_sizes_have_a_bucket() {
    let (registry, measured) = measured();
    measured.sizes.observe(0);
    let sizes = (0..64).map(|power| u64::MAX >> power);
    let mut exact = 0_u64;
    for size in sizes {
        measured.sizes.observe(size);
        exact = exact.wrapping_add(size);
    }
    let shown = shown(&registry, "sizes");
    assert_eq!(
        (shown.zero_count, shown.count, shown.sum),
        (1, 65, exact as f64)
    );
    // 64 powers of 2 in 20 buckets; and `2^64 - 1` is `2^64` as a float
    assert_eq!((shown.schema, shown.positive.len()), (-2, 17));
}

#[test]
fn the_coarsest_buckets_hold_everything() {
    let (registry, measured) = measured();
    let powers = (-1074..1024).flat_map(|power| {
        let value = 2_f64.powi(power.max(-1000)) * 2_f64.powi(power.min(-1000) + 1000) * 1.2;
        [value, -value]
    });
    let values: Vec<f64> = powers.chain([f64::INFINITY, f64::NEG_INFINITY]).collect();
    for value in &values {
        measured.few.observe(*value);
    }
    let shown = shown(&registry, "few");
    assert_eq!((shown.count, shown.schema), (values.len() as u64, -4));
    // past its limit, since there is no coarser one
    let expected = model(-4, 0.0, &values[..values.len() - 2]);
    let finite = |side: &[(i32, u64)]| side.split_last().expect("not empty").1.to_vec();
    assert_eq!(finite(&shown.positive), expected.positive);
    assert_eq!(finite(&shown.negative), expected.negative);
    assert_eq!(shown.positive.last(), Some(&(65, 1)));
}

#[test]
fn there_is_a_slot_left_for_every_one_of_the_coarsest_buckets() {
    let (registry, measured) = measured();
    let mut values = Vec::new();
    let mut observe = |value: f64| {
        measured.few.observe(value);
        values.push(value);
    };
    // as many slots as there can be in few of the coarsest buckets: each value in the next bucket, however wide
    let mut log = 1e-4_f64;
    while log < 64.0 {
        observe(log.exp2());
        log += 2_f64.powi(-shown(&registry, "few").schema);
    }
    for power in (-1016..1024).step_by(16) {
        let value = 2_f64.powi(power) * 1.2;
        observe(value);
        observe(-value);
    }
    let shown = shown(&registry, "few");
    assert_eq!(without_sum(shown), model(-4, 0.0, &values));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_number_is_in_its_bucket(
        values in prop::collection::vec(
            prop_oneof![any::<f64>(), -1e3..1e3, -1e-30..1e-30, Just(0.0)]
                .prop_filter("no bound", |n| n.is_finite() && !is_near_a_bound(*n)),
            0..100,
        ),
    ) {
        let (registry, measured) = measured();
        for value in &values {
            measured.numbers.observe(*value);
        }
        let expected = limited_model(3, 160, 2.938_735_877_055_719e-39, &values);
        prop_assert_eq!(without_sum(shown(&registry, "numbers")), expected);
    }

    /// Whatever the order in which they come, and however often buckets became coarser.
    #[test]
    fn coarser_buckets_are_those_of_a_coarser_histogram(
        values in prop::collection::vec(
            (0.0..40.0, prop_oneof![4 => Just(1.0), 1 => Just(-1.0)]).prop_map(|(log, sign)| f64::exp2(log) * sign),
            1..100,
        ),
    ) {
        let values: Vec<f64> = values.into_iter().filter(|value| !is_near_a_bound(*value)).collect();
        let (registry, measured) = measured();
        for (at, value) in values.iter().enumerate() {
            measured.few.observe(*value);
            // a walk takes its time
            if at % 7 > 0 && at + 1 < values.len() {
                continue;
            }
            let seen = shown(&registry, "few");
            let expected = limited_model(8, 8, 0.0, &values[..=at]);
            // slots may run out before the limit is reached: then it is coarser than it would need to be
            prop_assert!(seen.schema <= expected.schema && seen.buckets() <= 8);
            prop_assert_eq!(without_sum(seen.clone()), model(seen.schema, 0.0, &values[..=at]));
        }
    }
}

#[test]
fn the_schema_is_the_finest_that_keeps_the_limit() {
    let (registry, measured) = measured();
    let mut values = Vec::new();
    // from 1 ns on, as latencies grow: a value in each of the first buckets, up to 100 s
    for step in 0..300 {
        let value = 1e-9 * 2_f64.powf((f64::from(step) + 0.5) / 8.0);
        values.push(value);
        measured.numbers.observe(value);
        let expected = limited_model(3, 160, 2.938_735_877_055_719e-39, &values);
        assert_eq!(
            without_sum(shown(&registry, "numbers")),
            expected,
            "step {step}"
        );
    }
    assert_eq!(shown(&registry, "numbers").schema, 2);
}

#[test]
fn nothing_is_lost_while_threads_make_buckets_coarser() {
    const THREADS: u64 = 8;
    const EACH: u64 = 20_000;
    let (registry, measured) = measured();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut last = [0; 3];
            while !done.load(Ordering::Acquire) {
                let all = all(&registry);
                let names = ["native_few{}", "native_numbers{}", "native_both{}"];
                let counts = names.map(|name| all.get(name).expect("it is there").count);
                assert!(
                    last.iter().zip(&counts).all(|(last, now)| last <= now),
                    "{last:?} {counts:?}"
                );
                last = counts;
            }
        });
        let writers: Vec<_> = (0..THREADS)
            .map(|thread| {
                let measured = &measured;
                scope.spawn(move || {
                    let mut random = thread + 1;
                    for step in 0..EACH {
                        random = random
                            .wrapping_mul(6_364_136_223_846_793_005)
                            .wrapping_add(1);
                        // further and further apart
                        let spread = step as f64 * 200.0 / EACH as f64;
                        let log = ((random >> 40) as f64 / f64::from(1 << 24) - 0.5) * spread;
                        let value = log.exp2() * if random & 1 == 0 { 1.0 } else { -1.0 };
                        measured.few.observe(value);
                        measured.numbers.observe(value);
                        measured.both.observe(value);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().expect("it ends");
        }
        done.store(true, Ordering::Release);
        reader.join().expect("the reader saw nothing wrong");
    });
    for name in ["few", "numbers", "both"] {
        assert_eq!(shown(&registry, name).count, THREADS * EACH, "{name}");
    }
    assert_eq!(shown(&registry, "few").schema, -4);
}

#[test]
fn all_threads_count_in_the_same_buckets() {
    let (registry, measured) = measured();
    let values: Vec<f64> = (0..2_000).map(|step| f64::from(step) / 7.0 + 0.1).collect();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                values
                    .iter()
                    .for_each(|value| measured.numbers.observe(*value));
            });
        }
    });
    let mut expected = limited_model(3, 160, 2.938_735_877_055_719e-39, &values);
    expected.count *= 8;
    for (_, count) in &mut expected.positive {
        *count *= 8;
    }
    assert_eq!(without_sum(shown(&registry, "numbers")), expected);
}

#[test]
fn a_series_that_comes_after_one_that_was_removed_begins_anew() {
    let (registry, measured) = measured();
    for round in 0..200_u32 {
        let path = &*format!("/{round}");
        let by = |outcome| ByPath { path, outcome };
        // so many that it becomes coarser, each time in other places
        for step in 0..40 {
            let time = Duration::from_nanos((1000 * u64::from(round + 1)) << (step / 2));
            measured
                .by_path
                .with(by(Outcome::Ok))
                .observe_duration(time);
        }
        measured
            .by_path
            .with(by(Outcome::Error))
            .observe_duration(Duration::from_millis(1));
        let all = all(&registry);
        let of = |outcome: &str| {
            let series = format!("native_by_path_seconds{{path=\"{path}\",outcome=\"{outcome}\"}}");
            all.get(&series).expect("it is shown")
        };
        assert_eq!(
            (
                of("ok").count,
                of("ok").schema < 3,
                of("ok").buckets() <= 10
            ),
            (40, true, true)
        );
        assert_eq!(
            (of("error").count, of("error").schema, of("error").buckets()),
            (1, 7, 1)
        );
        assert!(measured.by_path.remove(by(Outcome::Ok)));
    }
}

#[test]
fn observing_again_allocates_nothing() {
    let (_registry, measured) = measured();
    let observe = || {
        for step in 0..100 {
            let value = f64::from(step) + 0.5;
            measured.numbers.observe(value);
            measured.few.observe(value);
            measured.both.observe(value);
            measured
                .time
                .observe_duration(Duration::from_secs_f64(value));
            let by = ByPath {
                path: "/",
                outcome: Outcome::Ok,
            };
            measured.by_path.with(by).observe(value);
        }
    };
    // nor does a new bucket, once a thread and a series are there
    measured.numbers.observe(1.0);
    let first = allocation_counter::measure(|| {
        (1..9).for_each(|n| measured.numbers.observe(f64::from(n) * 3.0));
    });
    assert_eq!(first.count_total, 0, "{first:?}");
    observe();
    let again = allocation_counter::measure(observe);
    assert_eq!(again.count_total, 0, "{again:?}");
}

#[derive(Clone, Copy, LabelSet)]
struct ByOutcome {
    outcome: Outcome,
}

/// Calls.
#[derive(MetricSet)]
#[metrics(prefix = "native_calls")]
struct Calls {
    /// Time of calls.
    #[metric(unit = "seconds", native)]
    time: Histogram<ByOutcome>,
}

#[timed(Calls::time)]
fn call(fails: bool) -> Result<(), ()> {
    if fails { Err(()) } else { Ok(()) }
}

#[test]
fn timed_functions_record_in_native_buckets() {
    for fails in [true, false, false] {
        let _ = call(fails);
    }
    let all = all(Registry::global());
    let count = |outcome: &str| {
        let series = format!("native_calls_time_seconds{{outcome=\"{outcome}\"}}");
        let shown = all.get(&series).expect("it is shown");
        assert!(shown.zero_count < shown.count && shown.sum > 0.0);
        shown.count
    };
    assert_eq!((count("error"), count("ok")), (1, 2));
}
