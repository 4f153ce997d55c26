// Sets in sets, with and without prefixes, generic ones among them, and constant labels.

use metrics_core::{Counter, Gauge, Histogram, Info, Label, LabelSet, MetricSet, Registry, StateSet};

const ZONE: &str = "a \"quoted\" zone";

/// A pool.
#[derive(MetricSet)]
#[metrics(prefix = "pool", register = false)]
struct Pool {
    /// Connections opened.
    opened: Counter,
    /// Connections, under the name that the dashboards know.
    #[metric(name = "db_connections")]
    connections: Gauge,
}

/// A cache of anything.
#[derive(MetricSet)]
struct Cache<L: LabelSet, S> {
    /// Look-ups.
    lookups: Counter<L>,
    #[metric(flatten, prefix = "store")]
    store: S,
}

/// Where things are kept.
#[derive(MetricSet)]
#[metrics(register = false, labels(disk = "ssd"))]
struct Disk {
    /// Bytes written.
    #[metric(unit = "bytes")]
    written: Counter,
    /// Disks, behind every prefix.
    #[metric(allow(series_suffix))]
    count: Gauge,
}

#[derive(Clone, Copy, Label)]
enum Hit {
    Yes,
    No,
}

#[derive(Clone, Copy, LabelSet)]
struct ByHit {
    hit: Hit,
}

#[derive(Clone, Copy, Label)]
enum Phase {
    Starting,
    Running,
}

#[derive(LabelSet)]
struct Build<'a> {
    #[label(open, max = 1)]
    version: &'a str,
}

/// A shop.
#[derive(MetricSet)]
#[metrics(prefix = "shop", labels(service = "cart", zone = ZONE, type = "x"))]
struct Shop {
    /// Orders placed.
    orders: Counter,
    /// Doc comments of nested sets are for readers of the code.
    #[metric(flatten)]
    pool: Pool,
    #[metric(flatten, prefix = "goods")]
    cache: Cache<ByHit, Disk>,
    /// What was built.
    build: Info<Build<'static>>,
    /// What the shop does.
    phase: StateSet<Phase>,
    /// Time to pay.
    #[metric(unit = "seconds", buckets = [1.0])]
    payment: Histogram,
}

/// A set of sets alone.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Both {
    #[metric(flatten, prefix = "first")]
    first: Disk,
    #[metric(flatten, prefix = "second")]
    second: Disk,
}

fn main() {
    let names: Vec<String> = Shop::SET.all_families().map(|f| f.name().to_owned()).collect();
    assert_eq!(
        names,
        [
            "shop_orders_total",
            "shop_build_info",
            "shop_phase",
            "shop_payment_seconds",
            "shop_pool_opened_total",
            "db_connections",
            "shop_goods_lookups_total",
            "shop_goods_store_written_bytes_total",
            "shop_goods_store_count",
        ]
    );
    let shop = Shop::global();
    shop.pool.opened.inc();
    shop.cache.lookups.with(ByHit { hit: Hit::No }).inc();
    shop.cache.lookups.with(ByHit { hit: Hit::Yes }).inc();
    shop.cache.store.written.inc_by(3);
    shop.build.set(Build { version: "1" });
    shop.phase.set(Phase::Starting);
    shop.phase.set(Phase::Running);
    let constant = "service=\"cart\",zone=\"a \\\"quoted\\\" zone\",type=\"x\"";
    let text = Registry::global().encode_text();
    for line in [
        format!("shop_pool_opened_total{{{constant}}} 1"),
        format!("db_connections{{{constant}}} 0"),
        format!("shop_goods_lookups_total{{{constant},hit=\"no\"}} 1"),
        format!("shop_goods_store_written_bytes_total{{{constant},disk=\"ssd\"}} 3"),
        format!("shop_build_info{{{constant},version=\"1\"}} 1"),
        format!("shop_phase{{{constant},shop_phase=\"running\"}} 1"),
        format!("shop_phase{{{constant},shop_phase=\"starting\"}} 0"),
    ] {
        assert!(text.lines().any(|exposed| exposed == line), "{line}\n{text}");
    }

    let registry = Registry::builder().namespace("app").build().expect("a good namespace");
    let both = Both::register(&registry).expect("an empty registry");
    both.second.written.inc();
    let text = registry.encode_text();
    assert!(text.contains("app_first_written_bytes_total{disk=\"ssd\"} 0\n"), "{text}");
    assert!(text.contains("app_second_written_bytes_total{disk=\"ssd\"} 1\n"), "{text}");
}
