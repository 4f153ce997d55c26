//! Numbers and texts at the edge of what there is, as clients of the stream are told of them: to the bit, and as put in.

use std::sync::Arc;

use metrics_core::{Counter, Gauge, LabelSet, MetricSet, Registry};
use serde_json::{Value, json};

use crate::client::Running;
use crate::known::Known;
use crate::shop::exporter;
use crate::stream_client::Stream;

#[derive(Clone, Copy, Debug, LabelSet)]
struct ByText<'a> {
    #[label(open, max = 100)]
    text: &'a str,
}

/// What is set to edges.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "edge", register = false)]
struct Edges {
    /// A number of any size.
    level: Gauge<(), f64>,
    /// A whole number.
    whole: Gauge,
    /// How much there was.
    amount: Counter,
    /// Texts that were seen.
    texts: Counter<ByText<'static>>,
}

struct Watched {
    edges: Arc<Edges>,
    _running: Running,
    stream: Stream,
    known: Known,
}

fn watched(registry: &Registry) -> Watched {
    let edges = Edges::register(registry).expect("an empty registry");
    let running = Running::new(&exporter(registry));
    let authority = running.authority();
    let url = format!("ws://{authority}/metrics/stream?interval_ms=100&match=*edge_*");
    let mut stream = Stream::connect(&url);
    let mut known = Known::default();
    known.learn(&stream.next_of("metrics:snapshot"));
    Watched {
        edges,
        _running: running,
        stream,
        known,
    }
}

impl Watched {
    /// Fails unless the next that is told is this value of that series, and of no other.
    #[track_caller]
    fn assert_told(&mut self, series: &str, expected: &Value) {
        let delta = self.stream.next_of("metrics:delta");
        self.known.learn(&delta);
        let values = delta["values"].as_object().map_or(0, |values| values.len());
        assert_eq!(values, 1, "{delta}");
        let told = self.known.value(series).expect("the series");
        // as it is written: 0 and -0 are equal
        assert_eq!(told.to_string(), expected.to_string(), "{series}");
        let bits = |value: &Value| value.as_f64().map(f64::to_bits);
        assert_eq!(bits(told), bits(expected), "{series}");
    }
}

#[test]
fn a_gauge_at_each_edge_is_told_to_the_bit() {
    let mut watched = watched(&Registry::new());
    for (value, expected) in [
        // from 0, which is equal
        (-0.0, json!(-0.0)),
        (0.0, json!(0.0)),
        (f64::NAN, json!("NaN")),
        (f64::INFINITY, json!("+Inf")),
        (f64::NEG_INFINITY, json!("-Inf")),
        (5e-324, json!(5e-324)),
        (-5e-324, json!(-5e-324)),
        (
            f64::MIN_POSITIVE.next_down(),
            json!(2.225_073_858_507_201e-308),
        ),
        (f64::MAX, json!(f64::MAX)),
        (9_007_199_254_740_992.0, json!(9_007_199_254_740_992.0)),
        (9_007_199_254_740_994.0, json!(9_007_199_254_740_994.0)),
        (0.1 + 0.2, json!(0.300_000_000_000_000_04)),
    ] {
        watched.edges.level.set(value);
        watched.assert_told("edge_level{}", &expected);
    }
}

#[test]
fn whole_numbers_that_no_double_holds_are_told_as_texts() {
    const EXACT: i64 = 1 << 53;
    let mut watched = watched(&Registry::new());
    for (value, expected) in [
        (EXACT, json!(9_007_199_254_740_992_i64)),
        (EXACT + 1, json!("9007199254740993")),
        (-EXACT, json!(-9_007_199_254_740_992_i64)),
        (-EXACT - 1, json!("-9007199254740993")),
        (i64::MAX, json!("9223372036854775807")),
        (i64::MIN, json!("-9223372036854775808")),
    ] {
        watched.edges.whole.set(value);
        watched.assert_told("edge_whole{}", &expected);
    }
    let exact = EXACT.cast_unsigned();
    for (more, expected) in [
        (exact, json!(9_007_199_254_740_992_u64)),
        (1, json!("9007199254740993")),
        (u64::MAX - exact - 1, json!("18446744073709551615")),
        // after which it begins anew
        (3, json!(2)),
    ] {
        watched.edges.amount.inc_by(more);
        watched.assert_told("edge_amount_total{}", &expected);
    }
}

#[test]
fn any_text_of_a_label_is_told_as_it_was_put_in() {
    let controls: String = ('\0'..' ').chain(['\u{7f}', '\u{85}']).collect();
    let long = "\u{1f600}\"\\\n".repeat(1000);
    let texts = [
        "\"",
        "\\",
        "\n",
        "\\n",
        "\\\"",
        " ",
        "\r\n\t",
        "a\",b=\"c",
        "} 1 # {",
        "\u{2028}\u{2029}",
        "\u{feff}",
        "e\u{301} is not \u{e9}",
        "\u{202e}right to left",
        "\u{10ffff}\u{fffd}",
        "</script><!--",
        &controls,
        &long,
    ];
    // the first is there when it joins, as a constant label; the others come
    for constant in [texts[0], &controls] {
        let registry = Registry::builder().constant_label("zone", constant);
        let registry = registry.build().expect("a good name");
        let mut watched = watched(&registry);
        for text in texts {
            watched.edges.texts.with(ByText { text }).inc();
        }
        let expected = texts.map(|text| format!("edge_texts_total{{zone={constant},text={text}}}"));
        watched.known.learn_until(&mut watched.stream, |known| {
            expected
                .iter()
                .all(|series| known.value(series) == Some(&json!(1)))
        });
        let begins = |name: &str| name.starts_with("edge_texts_total{");
        let told = watched.known.all().filter(|(name, _)| begins(name)).count();
        assert_eq!(told, texts.len(), "and nothing else");
    }
}
