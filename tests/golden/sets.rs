//! What the golden files expose of sets: those that hold others, constant labels, infos and state sets.

use metrics_core::{
    Counter, Gauge, Histogram, Info, Label, LabelSet, MetricSet, Registry, StateSet,
};

const ZONE: &str = "eu \"west\"\n1";

#[derive(Clone, Copy, Label)]
enum Table {
    Users,
    Orders,
}

#[derive(Clone, Copy, LabelSet)]
struct ByTable {
    table: Table,
}

/// A database.
#[derive(MetricSet)]
#[metrics(prefix = "db", register = false, labels(engine = "postgres"))]
struct Database {
    /// Queries sent.
    queries: Counter<ByTable>,
    /// Time of a query.
    #[metric(unit = "seconds", buckets = [0.1])]
    query: Histogram,
    /// Connections, under the name that the dashboards know.
    #[metric(name = "postgres_connections")]
    connections: Gauge,
}

/// A cache in front of anything.
#[derive(MetricSet)]
struct Cached<S> {
    /// Look-ups that were answered at once.
    hits: Counter,
    #[metric(flatten)]
    source: S,
}

/// A shop.
#[derive(MetricSet)]
#[metrics(prefix = "shop", register = false, labels(service = "cart", zone = ZONE))]
struct Shop {
    /// Orders placed.
    orders: Counter,
    #[metric(flatten)]
    goods: Cached<Database>,
    #[metric(flatten, prefix = "archive")]
    archive: Archive,
}

/// What is kept.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Archive {
    /// Bytes written.
    #[metric(unit = "bytes")]
    written: Counter,
}

pub(crate) fn nested() -> Registry {
    let registry = Registry::builder()
        .namespace("acme")
        .constant_label("host", "a1")
        .build()
        .expect("good names");
    let shop = Shop::register(&registry).expect("an empty registry");
    shop.orders.inc();
    shop.goods.hits.inc_by(2);
    let users = shop.goods.source.queries.with(ByTable {
        table: Table::Users,
    });
    users.inc_by(3);
    let orders = shop.goods.source.queries.with(ByTable {
        table: Table::Orders,
    });
    orders.inc_by(4);
    shop.goods.source.query.observe(0.05);
    shop.goods.source.connections.set(5);
    shop.archive.written.inc_by(6);
    registry
}

#[derive(Clone, Copy, Label)]
enum Phase {
    Starting,
    Running,
    #[label(name = "shut \"down\"")]
    Down,
}

#[derive(LabelSet)]
struct Build<'a> {
    #[label(open, max = 1)]
    version: &'a str,
    debug: bool,
}

/// A worker.
#[derive(MetricSet)]
#[metrics(prefix = "worker", register = false)]
struct Worker {
    /// What was built.
    build: Info<Build<'static>>,
    /// What runs below, which nobody has told yet.
    #[metric(name = "worker_kernel_info")]
    kernel: Info<Build<'static>>,
    /// What the worker does.
    phase: StateSet<Phase>,
    /// What it did before, which nobody has told yet.
    phase_before: StateSet<Phase>,
    /// Whether it is on, as a state.
    on: StateSet<bool>,
}

pub(crate) fn states() -> Registry {
    let registry = Registry::builder()
        .namespace("acme")
        .build()
        .expect("a good name");
    let worker = Worker::register(&registry).expect("an empty registry");
    for version in ["1.0", "1.1 \"beta\""] {
        worker.build.set(Build {
            version,
            debug: true,
        });
    }
    for phase in [Phase::Starting, Phase::Down, Phase::Running] {
        worker.phase.set(phase);
    }
    worker.on.set(true);
    registry
}
