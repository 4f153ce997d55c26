//! Open label sets: borrowed look-ups, the cap, the overflow series.

use metrics_core::{Counter, Label, LabelSet, MetricSet, OVERFLOW, Registry};

#[derive(Clone, Copy, Label)]
enum Method {
    Get,
    Post,
}

#[derive(Clone, Copy, LabelSet)]
struct ByPath<'a> {
    method: Method,
    #[label(open, max = 2)]
    path: &'a str,
}

#[derive(Clone, LabelSet)]
struct ByPort {
    #[label(open, max = 100)]
    port: u16,
    #[label(open, max = 10)]
    host: String,
}

/// Hits.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Hits {
    /// Hits by path.
    by_path: Counter<ByPath<'static>>,
    /// Hits by port.
    by_port: Counter<ByPort>,
}

fn hits() -> (Registry, std::sync::Arc<Hits>) {
    let registry = Registry::new();
    let hits = Hits::register(&registry).expect("an empty registry");
    (registry, hits)
}

#[test]
fn past_the_cap_the_total_stays_right() {
    let (registry, hits) = hits();
    for i in 0..1000 {
        let path = format!("/{i}");
        hits.by_path
            .with(ByPath {
                method: Method::Get,
                path: &path,
            })
            .inc();
    }
    hits.by_path
        .with(ByPath {
            method: Method::Post,
            path: "/late",
        })
        .inc();
    hits.by_path
        .with(ByPath {
            method: Method::Post,
            path: "/1",
        })
        .inc();
    let text = registry.encode_text();
    let series: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("by_path_total{"))
        .collect();
    // two paths, one of them with two methods, and an overflow series for each method
    assert_eq!(series.len(), 5, "{text}");
    let total: u64 = series
        .iter()
        .filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok())
        .sum();
    assert_eq!(total, 1002);
    assert!(
        text.contains("by_path_total{method=\"post\",path=\"/1\"} 1\n"),
        "{text}"
    );
    assert!(
        text.contains("by_path_total{method=\"get\",path=\"overflow\"} 998\n"),
        "{text}"
    );
    assert!(
        text.contains("by_path_total{method=\"post\",path=\"overflow\"} 1\n"),
        "{text}"
    );
    assert!(
        text.contains("metrics_label_overflows_total{family=\"by_path_total\"} 999\n"),
        "{text}"
    );
    assert!(
        text.contains("metrics_label_overflows_total{family=\"by_port_total\"} 0\n"),
        "{text}"
    );
}

#[test]
fn a_value_spelt_like_the_overflow_is_the_overflow() {
    let (registry, hits) = hits();
    hits.by_path
        .with(ByPath {
            method: Method::Get,
            path: OVERFLOW,
        })
        .inc();
    for path in ["/a", "/b", "/c", "/d", "/e"] {
        hits.by_path
            .with(ByPath {
                method: Method::Get,
                path,
            })
            .inc();
    }
    let text = registry.encode_text();
    let overflow = "by_path_total{method=\"get\",path=\"overflow\"}";
    assert_eq!(text.matches(overflow).count(), 1, "{text}");
    assert!(text.contains(&format!("{overflow} 4\n")), "{text}");
}

#[test]
fn values_are_told_apart_by_text_not_by_where_one_ends() {
    let (_registry, hits) = hits();
    let port = |port, host: &str| {
        let child = hits.by_port.with(ByPort {
            port,
            host: host.to_owned(),
        });
        child.inc();
        child.get()
    };
    assert_eq!(port(1, "2a"), 1);
    assert_eq!(port(12, "a"), 1);
    assert_eq!(port(1, "2a"), 2);
}
