//! Families of every kind with random series, none of which clash.

use metrics_core::{
    ExemplarSnapshot, FamilySnapshot, Kind, NativeSnapshot, Number, SeriesSnapshot, ValueSnapshot,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use crate::made::Made;

/// Which texts labels and help may have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Texts {
    /// Any.
    Any,
    /// None that a reader of lines stumbles over which looks for commas, braces and quotes alone.
    Plain,
}

impl Texts {
    fn values(self) -> BoxedStrategy<String> {
        match self {
            Self::Any => prop_oneof![any::<String>(), "[\"\\\\\nn,={} #]{0,6}"].boxed(),
            Self::Plain => "[a-z0-9/ éß漢😀]{0,8}".boxed(),
        }
    }

    fn help(self) -> BoxedStrategy<String> {
        match self {
            Self::Any => any::<String>().boxed(),
            Self::Plain => "[a-z\"é]{1,8}".boxed(),
        }
    }
}

/// Some families.
pub(crate) fn families(texts: Texts) -> impl Strategy<Value = Vec<Made>> {
    let kinds = prop::sample::select(vec![
        Kind::Counter,
        Kind::Gauge,
        Kind::Histogram,
        Kind::Summary,
        Kind::Info,
        Kind::StateSet,
    ]);
    let each = kinds.prop_flat_map(move |kind| {
        let unit = prop::sample::select(vec!["", "seconds", "bytes"]);
        (
            Just(kind),
            any::<(bool, bool)>(),
            unit,
            texts.help(),
            vec(series(kind, texts), 0..4),
        )
    });
    vec(each, 0..6).prop_map(|families| {
        let families = families.into_iter().enumerate();
        families
            .map(
                |(index, (kind, (with_suffix, with_unit), unit, help, series))| {
                    let mut name = format!("f{index}");
                    if with_unit && !unit.is_empty() {
                        name = format!("{name}_{unit}");
                    }
                    name += match kind {
                        Kind::Counter if with_suffix => "_total",
                        Kind::Info if with_suffix => "_info",
                        _ => "",
                    };
                    family(name, kind, unit, help, series)
                },
            )
            .collect()
    })
}

fn family(
    name: String,
    kind: Kind,
    unit: &str,
    help: String,
    series: Vec<(SeriesSnapshot, u64)>,
) -> Made {
    let (mut series, created): (Vec<_>, _) = series.into_iter().unzip();
    for (index, series) in series.iter_mut().enumerate() {
        // no two of a family have the same labels
        if index > 0 {
            series.labels.push(("id".to_owned(), index.to_string()));
        }
        if kind == Kind::StateSet {
            series.labels.push((name.clone(), format!("state{index}")));
        }
    }
    Made {
        family: FamilySnapshot {
            name,
            kind,
            unit: unit.to_owned(),
            help,
            series,
        },
        created,
    }
}

fn series(kind: Kind, texts: Texts) -> impl Strategy<Value = (SeriesSnapshot, u64)> {
    let made = (
        labels(texts),
        value(kind),
        vec(exemplar(texts), 0..4),
        prop_oneof![Just(0), 1..4_000_000_000_000_u64],
    );
    made.prop_map(|(labels, value, exemplars, created)| {
        let series = SeriesSnapshot {
            labels,
            value,
            exemplars,
        };
        (series, created)
    })
}

fn labels(texts: Texts) -> impl Strategy<Value = Vec<(String, String)>> {
    let named = btree_map("[a-c]", texts.values(), 0..3);
    named.prop_map(|labels| labels.into_iter().collect())
}

fn exemplar(texts: Texts) -> impl Strategy<Value = ExemplarSnapshot> {
    let value = prop_oneof![any::<f64>(), small(), Just(f64::NEG_INFINITY)];
    let long = option::weighted(0.2, "[xé]{110,140}");
    let made = (labels(texts), long, value, 0..4_000_000_000_000_u64);
    made.prop_map(|(mut labels, long, value, millis)| {
        labels.extend(long.map(|text| ("long".to_owned(), text)));
        ExemplarSnapshot {
            labels,
            value,
            millis,
        }
    })
}

/// Numbers that often meet the bound of a bucket.
fn small() -> impl Strategy<Value = f64> {
    (-40..40_i32).prop_map(|n| f64::from(n) / 8.0)
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<u64>().prop_map(Number::Unsigned),
        any::<u8>().prop_map(|n| Number::Unsigned(n.into())),
        any::<i64>().prop_map(Number::Signed),
        small().prop_map(Number::Float),
        any::<u64>().prop_map(|bits| Number::Float(f64::from_bits(bits))),
    ]
}

fn value(kind: Kind) -> BoxedStrategy<ValueSnapshot> {
    let numbers = |number: BoxedStrategy<Number>| number.prop_map(ValueSnapshot::Number).boxed();
    match kind {
        Kind::Info => numbers(Just(Number::Unsigned(1)).boxed()),
        Kind::StateSet => numbers((0..2_u64).prop_map(Number::Unsigned).boxed()),
        Kind::Histogram => histogram().boxed(),
        Kind::Summary => summary().boxed(),
        _ => numbers(number().boxed()),
    }
}

fn sum() -> impl Strategy<Value = f64> {
    prop_oneof![small(), any::<f64>()]
}

fn summary() -> impl Strategy<Value = ValueSnapshot> {
    let quantiles = (btree_set(-2..12_i32, 0..4), vec(small(), 4));
    (quantiles, any::<u64>(), sum()).prop_map(|((quantiles, values), count, sum)| {
        let quantiles = quantiles.into_iter().map(|tenths| f64::from(tenths) / 10.0);
        ValueSnapshot::Summary {
            quantiles: quantiles.zip(values).collect(),
            count,
            sum,
        }
    })
}

/// Classic, native, or both; of both, the same number of observations.
fn histogram() -> impl Strategy<Value = ValueSnapshot> {
    let bounds = btree_set(-10..40_i32, 0..5);
    let shares = vec(0..1000_u64, 5);
    let made = (bounds, shares, any::<u32>(), sum(), option::of(native()));
    made.prop_map(|(bounds, mut shares, count, sum, native)| {
        let bounds: Vec<_> = bounds.into_iter().map(|n| f64::from(n) / 8.0).collect();
        let count = native.as_ref().map_or(u64::from(count), observed);
        shares.sort_unstable();
        let cumulative = shares.iter().take(bounds.len());
        ValueSnapshot::Histogram {
            cumulative: cumulative.map(|share| count / 1000 * share).collect(),
            bounds,
            count,
            sum,
            native,
        }
    })
}

fn observed(native: &NativeSnapshot) -> u64 {
    let both = native.positive.iter().chain(&native.negative);
    native.zero_count + both.map(|(_, count)| count).sum::<u64>()
}

fn native() -> impl Strategy<Value = NativeSnapshot> {
    let indices = prop_oneof![-12..12_i32, -1000..1000_i32];
    let counts = prop_oneof![1..20_u64, 1..u64::from(u32::MAX)];
    let side = move || btree_map(indices.clone(), counts.clone(), 0..8);
    let zero = (prop_oneof![Just(0.0), Just(1e-9)], 0..3_u64);
    (-4..9_i32, zero, side(), side()).prop_map(|(schema, zero, positive, negative)| {
        let (zero_threshold, zero_count) = zero;
        NativeSnapshot {
            schema,
            zero_threshold,
            zero_count,
            positive: positive.into_iter().collect(),
            negative: negative.into_iter().collect(),
        }
    })
}
