//! What a field says of its use by others, as it stands in its descriptor.

use metrics_core::promql::Span;
use metrics_core::{Counter, Gauge, Kind, MetricSet, Panels, Scaling};

/// A pool.
#[derive(MetricSet)]
#[metrics(prefix = "pool", register = false)]
struct Pool {
    /// Jobs that are done.
    done: Counter,
    /// Open connections.
    #[metric(
        name = "connections_open",
        hpa(average = 0.5, min = 1, max = 3),
        panels(stat, rate = "1h30m")
    )]
    connections: Gauge,
    /// Jobs done in a second.
    #[metric(rate_of = done, hpa(min = 2, max = 2, average = 100), panels(change = "90s"))]
    rate: Gauge<(), f64>,
    /// Words that Rust has too.
    r#type: Counter,
}

#[test]
fn hints_are_in_the_descriptor() {
    let [done, connections, rate, _] = Pool::SET.families else {
        panic!("{:?}", Pool::SET);
    };
    assert_eq!((done.scaling(), done.panels()), (None, Panels::default()));
    let scaling = |average, min, max| Some(Scaling { average, min, max });
    assert_eq!(connections.scaling(), scaling(0.5, 1, 3));
    assert_eq!(rate.scaling(), scaling(100.0, 2, 2));
    assert_eq!(rate.kind(), Kind::Gauge);
    let span = |text, millis| Some(Span { text, millis });
    let expected = Panels {
        stat: true,
        rate: span("1h30m", 5_400_000),
        change: None,
    };
    assert_eq!(connections.panels(), expected);
    let expected = Panels {
        stat: false,
        rate: None,
        change: span("90s", 90_000),
    };
    assert_eq!(rate.panels(), expected);
}

#[test]
fn a_descriptor_has_the_name_of_the_field() {
    let fields: Vec<_> = Pool::SET.families.iter().map(|f| f.field()).collect();
    assert_eq!(fields, ["done", "connections", "rate", "type"]);
    let names: Vec<_> = Pool::SET.families.iter().map(|f| f.name()).collect();
    assert_eq!(
        names,
        [
            "pool_done_total",
            "connections_open",
            "pool_rate",
            "pool_type_total"
        ]
    );
}
