//! What only some formats carry: exemplars, native buckets, times of creation, units, and names that OpenMetrics knows
//! otherwise.

use metrics_core::{
    ExemplarSnapshot, FamilySnapshot, Kind, NativeSnapshot, Number, SeriesSnapshot, ValueSnapshot,
};

use crate::made::Made;
use crate::made_set::registry;

/// 2023-11-14, 22:13:20.
const CREATED: u64 = 1_700_000_000_000;

/// An exemplar.
fn exemplar(labels: &[(&str, &str)], value: f64, millis: u64) -> ExemplarSnapshot {
    let labels = labels.iter();
    ExemplarSnapshot {
        labels: labels
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect(),
        value,
        millis,
    }
}

fn family(name: &str, kind: Kind, series: Vec<SeriesSnapshot>) -> Made {
    Made {
        created: series.iter().map(|_| CREATED + 7).collect(),
        family: FamilySnapshot {
            name: name.to_owned(),
            kind,
            unit: String::new(),
            help: "Help with a \"quote\", a \\ and\na second line.".to_owned(),
            series,
        },
    }
}

fn with_unit(unit: &str, mut made: Made) -> Made {
    made.family.unit = unit.to_owned();
    made
}

fn series(labels: &[(&str, &str)], value: ValueSnapshot) -> SeriesSnapshot {
    SeriesSnapshot {
        labels: exemplar(labels, 0.0, 0).labels,
        value,
        exemplars: Vec::new(),
    }
}

fn number(n: impl Into<Number>) -> ValueSnapshot {
    ValueSnapshot::Number(n.into())
}

fn one(value: ValueSnapshot) -> Vec<SeriesSnapshot> {
    vec![series(&[], value)]
}

fn native(zero_count: u64, positive: &[(i32, u64)], negative: &[(i32, u64)]) -> NativeSnapshot {
    NativeSnapshot {
        schema: 1,
        zero_threshold: 0.001,
        zero_count,
        positive: positive.to_vec(),
        negative: negative.to_vec(),
    }
}

fn histogram(bounds: &[f64], cumulative: &[u64], count: u64, sum: f64) -> ValueSnapshot {
    ValueSnapshot::Histogram {
        bounds: bounds.to_vec(),
        cumulative: cumulative.to_vec(),
        count,
        sum,
        native: None,
    }
}

fn with_native(value: ValueSnapshot, buckets: NativeSnapshot) -> ValueSnapshot {
    match value {
        ValueSnapshot::Histogram {
            bounds,
            cumulative,
            count,
            sum,
            ..
        } => ValueSnapshot::Histogram {
            bounds,
            cumulative,
            count,
            sum,
            native: Some(buckets),
        },
        other => other,
    }
}

/// Exemplars on counters and buckets.
pub(crate) fn exemplars() -> metrics_core::Registry {
    let long = "x".repeat(120);
    let all = vec![
        exemplar(&[("trace_id", "low")], 0.25, CREATED + 1),
        exemplar(
            &[("trace_id", "bound"), ("span_id", "\"7\"")],
            1.0,
            CREATED + 20,
        ),
        exemplar(&[("trace_id", "older")], 0.75, CREATED + 19),
        exemplar(&[("trace_id", "above")], 1e9, CREATED + 300),
        exemplar(&[("trace_id", &long), ("x", "")], 1.5, CREATED + 400),
    ];
    let told = |mut series: SeriesSnapshot| {
        series.exemplars.clone_from(&all);
        series
    };
    let both = || {
        with_native(
            histogram(&[0.5, 1.0, 2.0], &[1, 3, 4], 5, 1e9),
            native(0, &[(-3, 1), (0, 2), (2, 1), (60, 1)], &[]),
        )
    };
    let alone = with_native(
        histogram(&[], &[], 5, 1e9),
        native(0, &[(-3, 1), (0, 2), (2, 1), (60, 1)], &[]),
    );
    registry(vec![
        family(
            "exemplars_answers_total",
            Kind::Counter,
            vec![
                told(series(&[("code", "200")], number(7_u64))),
                told(series(&[("code", "500")], number(0.5))),
                series(&[("code", "none")], number(0_u64)),
            ],
        ),
        family(
            "exemplars_no_suffix",
            Kind::Counter,
            vec![told(series(&[], number(3_u64)))],
        ),
        family(
            "exemplars_gauge",
            Kind::Gauge,
            vec![told(series(&[], number(3_u64)))],
        ),
        with_unit(
            "seconds",
            family(
                "exemplars_wait_seconds",
                Kind::Histogram,
                vec![
                    told(series(&[], histogram(&[0.5, 1.0, 2.0], &[1, 3, 4], 5, 1e9))),
                    told(series(&[("path", "/a b{c}")], both())),
                ],
            ),
        ),
        family(
            "exemplars_native",
            Kind::Histogram,
            vec![told(series(&[("path", "/")], alone))],
        ),
    ])
}

/// Native buckets of every shape, alone and beside others.
pub(crate) fn natives() -> metrics_core::Registry {
    let alone = |count, sum, buckets| with_native(histogram(&[], &[], count, sum), buckets);
    let mut invisible = native(0, &[], &[]);
    invisible.zero_threshold = 0.0;
    let empty = native(0, &[], &[]);
    let gaps = native(
        2,
        &[(-2, 1), (0, 5), (3, 4), (7, 1), (8, 3)],
        &[(-1, 1), (0, 2)],
    );
    let both = with_native(
        histogram(&[0.5, 1.0], &[1, 1], 4, 6.5),
        native(0, &[(-2, 1), (3, 3)], &[]),
    );
    registry(vec![
        family(
            "native_untouched",
            Kind::Histogram,
            one(alone(0, 0.0, empty)),
        ),
        family(
            "native_untouched_no_zero_bucket",
            Kind::Histogram,
            one(alone(0, 0.0, invisible)),
        ),
        family("native_gaps", Kind::Histogram, one(alone(19, 40.25, gaps))),
        family("native_both", Kind::Histogram, one(both)),
    ])
}

/// Names, values and units of which OpenMetrics has rules of its own.
pub(crate) fn open_metrics_rules() -> metrics_core::Registry {
    let summary = ValueSnapshot::Summary {
        quantiles: vec![(0.0, -1.0), (0.5, 0.25), (0.99, f64::NAN), (1.0, 3.0)],
        count: 3,
        sum: 3.5,
    };
    let below = ValueSnapshot::Summary {
        quantiles: Vec::new(),
        count: 1,
        sum: -1.0,
    };
    registry(vec![
        with_unit(
            "bytes",
            family("rules_a_bytes_total", Kind::Counter, one(number(1_u64))),
        ),
        with_unit(
            "bytes",
            family("rules_b_total", Kind::Counter, one(number(1_u64))),
        ),
        with_unit(
            "seconds",
            family("rules_c_seconds", Kind::Gauge, one(number(-1.5))),
        ),
        with_unit(
            "seconds",
            family("seconds", Kind::Gauge, one(number(-1_i64))),
        ),
        family("rules_counter", Kind::Counter, one(number(1_u64))),
        family(
            "rules_counter_nan_total",
            Kind::Counter,
            one(number(f64::NAN)),
        ),
        family(
            "rules_counter_negative_total",
            Kind::Counter,
            one(number(-1_i64)),
        ),
        family("rules_gauge", Kind::Gauge, one(number(f64::NAN))),
        family(
            "rules_info",
            Kind::Info,
            vec![series(&[("version", "1")], number(1_u64))],
        ),
        family(
            "rules_information",
            Kind::Info,
            vec![series(&[("version", "1")], number(1_u64))],
        ),
        family(
            "rules:state",
            Kind::StateSet,
            vec![series(&[("rules_state", "on")], number(1_u64))],
        ),
        family(
            "rules_state",
            Kind::StateSet,
            vec![
                series(&[("rules_state", "on"), ("of", "a")], number(1_u64)),
                series(&[("rules_state", "off"), ("of", "a")], number(0_u64)),
            ],
        ),
        family("rules_orders_total", Kind::Counter, one(number(1_u64))),
        family(
            "rules_orders_created_total",
            Kind::Counter,
            one(number(1_u64)),
        ),
        family(
            "rules_orders_total_total",
            Kind::Counter,
            one(number(1_u64)),
        ),
        family(
            "rules_size",
            Kind::Histogram,
            one(histogram(&[1.0, 1e6], &[1, 2], 2, 1e6)),
        ),
        family("rules_size_count_total", Kind::Counter, one(number(1_u64))),
        family(
            "rules_size_negative_bound",
            Kind::Histogram,
            one(histogram(&[-1.0, 0.0], &[1, 2], 2, 1.0)),
        ),
        family(
            "rules_size_negative_sum",
            Kind::Histogram,
            one(histogram(&[0.0, 1.0], &[1, 2], 2, -1.0)),
        ),
        family(
            "rules_size_nan_sum",
            Kind::Histogram,
            one(histogram(&[0.0, 1.0], &[1, 2], 2, f64::NAN)),
        ),
        family(
            "rules_summary",
            Kind::Summary,
            vec![
                series(&[("of", "a")], summary),
                series(&[("of", "b")], below),
            ],
        ),
        family("rules_x_info_total", Kind::Counter, one(number(1_u64))),
        family(
            "rules_x_info",
            Kind::Info,
            vec![series(&[("version", "1")], number(1_u64))],
        ),
    ])
}
