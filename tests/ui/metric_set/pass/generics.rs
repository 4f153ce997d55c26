//! Sets with generics: each instance is registered by hand, in a registry of its own.

use metrics_core::{
    Counter, Gauge, Histogram, Label, LabelSet, MetricField, MetricSet, Registry,
};

#[derive(Label)]
enum Table {
    Users,
}

#[derive(LabelSet)]
struct ByTable {
    table: Table,
}

/// A store of any kind.
#[derive(MetricSet)]
#[metrics(prefix = "store")]
struct Store<L, const SIZE: usize, M = Gauge>
where
    L: LabelSet,
    M: Send + Sync + 'static,
{
    /// Reads.
    reads: Counter<L>,
    /// Time of a write.
    #[metric(unit = "seconds", buckets = [0.1])]
    write: Histogram<L>,
    /// Rows.
    rows: M,
    #[metric(skip)]
    keys: Vec<[u8; SIZE]>,
}

/// What is kept beside the metrics asks for no bounds of the struct's own.
#[derive(MetricSet)]
struct Beside<T> {
    /// Reads.
    reads: Counter,
    #[metric(skip)]
    last: Option<T>,
}

fn kind<M: MetricField>() -> metrics_core::Kind {
    M::KIND
}

fn main() {
    let registry = Registry::new();
    let store = Store::<ByTable, 4>::register(&registry).expect("no conflict");
    store.reads.with(ByTable { table: Table::Users }).inc();
    store.write.with(ByTable { table: Table::Users }).observe(0.0);
    store.rows.set(3);
    assert!(store.keys.is_empty());
    assert_eq!(kind::<Counter<ByTable>>(), <Store<ByTable, 4>>::SET.families[0].kind());
    let text = registry.encode_text();
    assert!(text.contains("store_reads_total{table=\"users\"} 1"), "{text}");
    assert!(text.contains("store_rows 3"), "{text}");

    let beside = Beside::<String>::register(&Registry::new()).expect("no conflict");
    beside.reads.inc();
    assert_eq!(beside.last, None);

    let plain = Store::<(), 8, Counter>::register(&Registry::new()).expect("no conflict");
    plain.reads.inc();
    plain.rows.inc();
    assert_eq!(Store::<(), 8, Counter>::SET.families[2].name(), "store_rows_total");
}
