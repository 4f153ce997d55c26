//! Batches of series with random labels, helps and values, and what a parser must make of them.

use std::collections::BTreeMap;
use std::ops::Range;

use metrics_core::{Counter, Gauge, Histogram, Info, LabelSet, MetricSet, Registry, StateSet};
use proptest::collection::vec;
use proptest::prelude::*;

use super::exposition::{Exposition, Series, bits};
use super::foreign::{self, Messages};
use super::native::bucket_of;

#[derive(Clone, Copy, LabelSet)]
struct ByText<'a> {
    #[label(open, max = 100_000)]
    one: &'a str,
    #[label(flatten)]
    rest: Rest<'a>,
}

#[derive(Clone, Copy, LabelSet)]
struct Rest<'a> {
    #[label(open, max = 100_000)]
    two: Option<&'a str>,
}

/// A family of each type of number.
#[derive(MetricSet)]
#[metrics(prefix = "trip", register = false)]
struct Trip {
    /// Unsigned integers.
    unsigned: Counter<ByText<'static>>,
    /// Amounts.
    amount: Counter<ByText<'static>, f64>,
    /// Signed integers.
    signed: Gauge<ByText<'static>>,
    /// Floats.
    float: Gauge<ByText<'static>, f64>,
    /// Observed floats.
    #[metric(buckets = [-1.0, 0.1, 1e21])]
    observed: Histogram<ByText<'static>>,
    /// Observed integers.
    #[metric(buckets = [1.0, 1e6])]
    observed_whole: Histogram<ByText<'static>, u64>,
    /// Observed floats in native buckets.
    #[metric(native)]
    fine: Histogram<ByText<'static>>,
    /// Observed integers in native buckets and others.
    #[metric(native, buckets = [1.0, 1e6])]
    fine_whole: Histogram<ByText<'static>, u64>,
    /// What is told by labels.
    told: Info<ByText<'static>>,
    /// A state.
    on: StateSet<bool>,
}

const OBSERVED_BOUNDS: [(f64, &str); 3] = [(-1.0, "-1"), (0.1, "0.1"), (1e21, "1e+21")];
const WHOLE_BOUNDS: [(f64, &str); 2] = [(1.0, "1"), (1e6, "1000000")];

#[derive(Clone, Copy, Debug)]
enum Value {
    Unsigned(u64),
    Amount(f64),
    Signed(i64),
    Float(f64),
    Observed(f64),
    ObservedWhole(u64),
    Fine(f64),
    FineWhole(u64),
}

/// Label values with a value of some family, and what families of another library have.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    series: BTreeMap<(String, String), Value>,
    foreign: Foreign,
}

/// Help texts, numbers and kinds that our own families cannot have.
#[derive(Clone, Debug)]
struct Foreign {
    help: String,
    gauge: f64,
    counter: f64,
    summary: (u64, f64, [f64; 2]),
}

const QUANTILES: [(f64, &str); 2] = [(0.5, "0.5"), (1.0, "1")];

/// Text of all kinds: any Unicode, and often what has a meaning in the format.
fn text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        "\\", "\"", "\n", "\\n", "{", "}", ",", "=", " ", "#", "\r", "\t", "a",
    ]);
    prop_oneof![
        any::<String>(),
        vec(special, 0..8).prop_map(|parts| parts.concat()),
        "[a-z/]{0,12}",
    ]
}

fn float() -> impl Strategy<Value = f64> {
    let edges = vec![
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        0.0,
        -0.0,
        5e-324,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::MIN,
        9_007_199_254_740_993.0,
        1e21,
        1e-7,
        0.1,
    ];
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        prop::sample::select(edges),
        any::<i32>().prop_map(f64::from),
    ]
}

fn unsigned() -> impl Strategy<Value = u64> {
    prop_oneof![
        any::<u64>(),
        prop::sample::select(vec![0, 1, 1 << 53, (1 << 53) + 1, u64::MAX])
    ]
}

fn signed() -> impl Strategy<Value = i64> {
    prop_oneof![
        any::<i64>(),
        prop::sample::select(vec![0, -1, i64::MIN, i64::MAX, -(1 << 53) - 1])
    ]
}

/// What a counter refuses (what is no increment) and a histogram (NaN) has tests of its own.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        unsigned().prop_map(Value::Unsigned),
        float().prop_map(|n| Value::Amount(if n.is_finite() { n.abs() } else { 1.5 })),
        signed().prop_map(Value::Signed),
        float().prop_map(Value::Float),
        float().prop_map(|n| Value::Observed(if n.is_nan() { 1.5 } else { n })),
        unsigned().prop_map(Value::ObservedWhole),
        float().prop_map(|n| Value::Fine(if n.is_nan() { 1.5 } else { n })),
        unsigned().prop_map(Value::FineWhole),
    ]
}

fn foreign(dress: fn(String) -> String) -> impl Strategy<Value = Foreign> {
    let summary = (unsigned(), float(), [float(), float()]);
    let counter = float().prop_map(|n| if n.is_nan() { 1.5 } else { n.abs() });
    (text(), float(), counter, summary).prop_map(move |(help, gauge, counter, summary)| Foreign {
        help: dress(help),
        gauge,
        counter,
        summary,
    })
}

/// Batches of so many series, with help texts as `dress` makes them.
pub(crate) fn batches(
    len: Range<usize>,
    dress: fn(String) -> String,
) -> impl Strategy<Value = Batch> {
    // a map of its own would try again and again for a batch without any label set twice
    let series = vec(((text(), text()), value()), len);
    (series, foreign(dress)).prop_map(|(series, foreign)| Batch {
        series: series.into_iter().collect(),
        foreign,
    })
}

impl Batch {
    /// Every ASCII character in a label value of its own.
    pub(crate) fn of_ascii() -> Self {
        let characters = (0..=127_u8).map(|byte| (byte, char::from(byte).to_string()));
        let series =
            characters.map(|(byte, text)| ((text, byte.to_string()), Value::Unsigned(byte.into())));
        Self {
            series: series.collect(),
            foreign: Foreign {
                help: "none".to_owned(),
                gauge: 1.0,
                counter: 2.0,
                summary: (3, 4.0, [1.0, 2.0]),
            },
        }
    }

    /// A registry with the batch in it, and what a parser must make of it.
    pub(crate) fn expose(&self) -> (Registry, Exposition) {
        let registry = Registry::new();
        let trip = Trip::register(&registry).expect("an empty registry");
        let mut expected = Exposition::default();
        for descriptor in Trip::SET.families {
            let family = (
                descriptor.kind().as_text_type().to_owned(),
                descriptor.help().to_owned(),
            );
            expected
                .families
                .insert(descriptor.name().to_owned(), family);
            let kind = descriptor.kind().as_str().to_owned();
            expected.types.insert(descriptor.name().to_owned(), kind);
        }
        for ((one, two), value) in &self.series {
            // an empty value is none, whether it is said so or not
            let two =
                Some(two.as_str()).filter(|two| one.len().is_multiple_of(2) || !two.is_empty());
            let rest = Rest { two };
            let labels = ByText { one, rest };
            let two = two.unwrap_or_default();
            let mut native = |name: &str, n: f64| {
                let (name, mut labels) = series(name, one, two, None);
                labels.append(&mut bucket_of(n));
                expected.native.insert((name, labels), bits(1.0));
            };
            match *value {
                Value::Fine(n) => native("trip_fine", n),
                Value::FineWhole(n) => native("trip_fine_whole", n as f64),
                _ => {}
            }
            let mut sample = |name: &str, le: Option<&str>, value: f64| {
                expected
                    .samples
                    .insert(series(name, one, two, le), bits(value));
            };
            match *value {
                Value::Unsigned(n) => {
                    trip.unsigned.with(labels).inc_by(n);
                    sample("trip_unsigned_total", None, n as f64);
                }
                Value::Amount(n) => {
                    trip.amount.with(labels).inc_by(n);
                    sample("trip_amount_total", None, n);
                }
                Value::Signed(n) => {
                    trip.signed.with(labels).set(n);
                    sample("trip_signed", None, n as f64);
                }
                Value::Float(n) => {
                    trip.float.with(labels).set(n);
                    sample("trip_float", None, n);
                }
                Value::Observed(n) => {
                    trip.observed.with(labels).observe(n);
                    histogram(&mut sample, "trip_observed", &OBSERVED_BOUNDS, n);
                    // 0 is what the sum began with, so a sum is never -0
                    sample("trip_observed_sum", None, n + 0.0);
                }
                Value::ObservedWhole(n) => {
                    trip.observed_whole.with(labels).observe(n);
                    histogram(&mut sample, "trip_observed_whole", &WHOLE_BOUNDS, n as f64);
                    sample("trip_observed_whole_sum", None, n as f64);
                }
                Value::Fine(n) => {
                    trip.fine.with(labels).observe(n);
                    histogram(&mut sample, "trip_fine", &[], n);
                    sample("trip_fine_sum", None, n + 0.0);
                }
                Value::FineWhole(n) => {
                    trip.fine_whole.with(labels).observe(n);
                    histogram(&mut sample, "trip_fine_whole", &WHOLE_BOUNDS, n as f64);
                    sample("trip_fine_whole_sum", None, n as f64);
                }
            }
        }
        if let Some(((one, two), _)) = self.series.first_key_value() {
            let rest = Rest { two: Some(two) };
            trip.told.set(ByText { one, rest });
            let info = series("trip_told_info", one, two, None);
            expected.samples.insert(info, bits(1.0));
        }
        trip.on.set(true);
        for (state, value) in [("false", 0.0), ("true", 1.0)] {
            let labels = [("trip_on".to_owned(), state.to_owned())].into();
            expected
                .samples
                .insert(("trip_on".to_owned(), labels), bits(value));
        }
        self.foreign.expose(&registry, &mut expected);
        (registry, expected)
    }
}

impl Foreign {
    /// Help texts of our own are known when a program is compiled; those of the `prometheus` crate are not.
    fn expose(&self, registry: &Registry, expected: &mut Exposition) {
        let (count, sum, values) = self.summary;
        let quantiles = QUANTILES.map(|(quantile, _)| quantile);
        let pairs: Vec<_> = quantiles.into_iter().zip(values).collect();
        let attached = prometheus::Registry::new();
        let messages = Messages(vec![
            foreign::gauge("trip_help", &self.help, self.gauge),
            foreign::counter("trip_foreign_counter", &self.help, self.counter),
            foreign::summary("trip_summary", &self.help, count, sum, &pairs),
        ]);
        attached
            .register(Box::new(messages))
            .expect("an empty registry");
        registry.attach(attached);

        expected.family("trip_help", "gauge", &self.help);
        expected.family("trip_foreign_counter", "counter", &self.help);
        expected.family("trip_summary", "summary", &self.help);
        let none = BTreeMap::new;
        expected.sample("trip_help", none(), self.gauge);
        expected.sample("trip_foreign_counter", none(), self.counter);
        expected.sample("trip_summary_count", none(), count as f64);
        expected.sample("trip_summary_sum", none(), sum);
        for ((_, quantile), value) in QUANTILES.into_iter().zip(values) {
            let labels = [("quantile".to_owned(), quantile.to_owned())].into();
            expected.sample("trip_summary", labels, value);
        }
    }
}

fn series(name: &str, one: &str, two: &str, le: Option<&str>) -> Series {
    let pairs = [("one", Some(one)), ("two", Some(two)), ("le", le)];
    let labels = pairs.into_iter().filter_map(|(label, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some((label.to_owned(), value.to_owned()))
    });
    (name.to_owned(), labels.collect())
}

fn histogram(
    sample: &mut impl FnMut(&str, Option<&str>, f64),
    name: &str,
    bounds: &[(f64, &str)],
    n: f64,
) {
    let bucket = format!("{name}_bucket");
    for (bound, le) in bounds {
        sample(&bucket, Some(le), f64::from(u8::from(n <= *bound)));
    }
    sample(&bucket, Some("+Inf"), 1.0);
    sample(&format!("{name}_count"), None, 1.0);
}
