//! What a client is told, at each tick and after it missed some.

use std::time::Duration;

use metrics_core::{Counter, Histogram, LabelSet, MetricSet};

use super::*;

#[derive(Clone, LabelSet)]
struct ByUser {
    #[label(open, max = 10)]
    user: String,
}

/// For the tests of the table.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Hits {
    /// Hits by user.
    hits: Counter<ByUser>,
}

fn hit(hits: &Hits, user: &str) {
    hits.hits
        .with(ByUser {
            user: user.to_owned(),
        })
        .inc();
}

/// A walk that code of users may hold up for a second.
fn sample(table: &mut Table, registry: &Registry) {
    table.sample(registry, Instant::now() + Duration::from_secs(1));
}

fn seen(table: &Table, since: u64, filter: &Filter) -> (usize, usize, usize, usize) {
    let changes = table.changes(since, filter).expect("nothing is forgotten");
    (
        changes.families.len(),
        changes.series.len(),
        changes.values.len(),
        changes.removed.len(),
    )
}

#[test]
fn a_client_is_told_what_it_has_missed_and_no_more() {
    let registry = Registry::new();
    let hits = Hits::register(&registry).expect("no clash");
    let all = Filter::default();
    let mut table = Table::default();
    hit(&hits, "ada");
    sample(&mut table, &registry);
    // beside it stands the family of overflows, at zero
    let everything = table.everything(&all);
    assert_eq!((everything.families.len(), everything.series.len()), (2, 2));
    assert_eq!(seen(&table, 1, &all), (0, 0, 0, 0));

    hit(&hits, "ada");
    hit(&hits, "bea");
    sample(&mut table, &registry);
    assert_eq!(
        seen(&table, 1, &all),
        (0, 1, 1, 0),
        "a new series, and a new value"
    );

    registry.unregister(&hits);
    sample(&mut table, &registry);
    assert_eq!(seen(&table, 2, &all), (0, 0, 0, 3));
    assert_eq!(
        seen(&table, 1, &all),
        (0, 0, 0, 2),
        "whoever missed a tick is told of what it knows"
    );
}

#[test]
fn what_has_changed_often_is_told_once() {
    let registry = Registry::new();
    let hits = Hits::register(&registry).expect("no clash");
    let all = Filter::default();
    let mut table = Table::default();
    for _ in 0..3 {
        hit(&hits, "ada");
        sample(&mut table, &registry);
    }
    assert_eq!(seen(&table, 1, &all), (0, 0, 1, 0));
    // their places are taken by others
    registry.unregister(&hits);
    sample(&mut table, &registry);
    let hits = Hits::register(&registry).expect("a free name");
    hit(&hits, "bea");
    sample(&mut table, &registry);
    assert_eq!(seen(&table, 2, &all), (2, 2, 0, 2));
    assert_eq!(table.families.len(), 2, "families go with their series");
}

#[test]
fn what_the_journal_has_forgotten_is_found_all_the_same() {
    let registry = Registry::new();
    let hits = Hits::register(&registry).expect("no clash");
    let all = Filter::default();
    let mut table = Table::default();
    hit(&hits, "bea");
    hit(&hits, "ada");
    sample(&mut table, &registry);
    hit(&hits, "bea");
    sample(&mut table, &registry);
    for _ in 0..REMEMBERED_CHANGES {
        hit(&hits, "ada");
        sample(&mut table, &registry);
    }
    assert!(table.journal_since >= 1, "{}", table.journal_since);
    assert_eq!(seen(&table, 1, &all), (0, 0, 2, 0));
    assert_eq!(seen(&table, table.tick() - 1, &all), (0, 0, 1, 0));
    assert_eq!(table.journal_len, table.journal.len());
    assert!(table.journal_len <= REMEMBERED_CHANGES);
}

#[test]
fn a_filter_chooses_removals_too() {
    let registry = Registry::new();
    let hits = Hits::register(&registry).expect("no clash");
    let mut table = Table::default();
    hit(&hits, "ada");
    hit(&hits, "bea");
    sample(&mut table, &registry);
    registry.unregister(&hits);
    sample(&mut table, &registry);
    let mut only_ada = Filter::default();
    only_ada.add_label("user", "ada").expect("few labels");
    assert_eq!(seen(&table, 1, &only_ada), (0, 0, 0, 1));
}

#[test]
fn ids_are_never_given_twice() {
    let registry = Registry::new();
    let mut table = Table::default();
    let mut ids = Vec::new();
    for _ in 0..3 {
        let hits = Hits::register(&registry).expect("no clash");
        hit(&hits, "ada");
        sample(&mut table, &registry);
        let changes = table.everything(&Filter::default());
        ids.extend(changes.series.iter().map(|(_, series)| series.id));
        registry.unregister(&hits);
        sample(&mut table, &registry);
    }
    let unique: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!((ids.len(), unique.len()), (6, 6));
}

#[test]
fn another_set_with_other_constant_labels_has_series_of_its_own() {
    /// The first of two with one name.
    #[derive(MetricSet)]
    #[metrics(register = false, labels(service = "cart"))]
    struct Cart {
        /// Orders.
        orders: Counter,
    }
    /// The second.
    #[derive(MetricSet)]
    #[metrics(register = false, labels(service = "till"))]
    struct Till {
        /// Orders.
        orders: Counter,
    }

    let registry = Registry::new();
    let mut table = Table::default();
    let cart = Cart::register(&registry).expect("an empty registry");
    cart.orders.inc();
    sample(&mut table, &registry);
    registry.unregister(&cart);
    let till = Till::register(&registry).expect("a free name");
    till.orders.inc();
    sample(&mut table, &registry);
    let all = Filter::default();
    assert_eq!(seen(&table, 1, &all), (1, 1, 0, 1));
    let everything = table.everything(&all);
    let labels: Vec<_> = everything.series.iter().map(|(_, s)| &s.labels).collect();
    assert_eq!(labels, [&["till"]]);
}

#[test]
fn a_histogram_of_native_buckets_alone_has_no_bounds_and_changes_all_the_same() {
    /// Waits.
    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Waits {
        /// Time waited.
        #[metric(unit = "seconds", native)]
        wait: Histogram,
    }

    let registry = Registry::new();
    let waits = Waits::register(&registry).expect("an empty registry");
    let mut only_wait = Filter::default();
    only_wait.add_glob("wait_seconds").expect("a name");
    let mut table = Table::default();
    sample(&mut table, &registry);
    assert_eq!(seen(&table, 0, &only_wait), (1, 1, 0, 0));
    waits.wait.observe(0.5);
    sample(&mut table, &registry);
    assert_eq!(seen(&table, 1, &only_wait), (0, 0, 1, 0));
    sample(&mut table, &registry);
    assert_eq!(seen(&table, 2, &only_wait), (0, 0, 0, 0));
    let everything = table.everything(&only_wait);
    let (family, series) = everything.series.first().expect("a series");
    assert!(family.bounds.is_empty());
    let Stored::Histogram(distribution) = &series.value else {
        panic!("{:?} is no histogram", series.value);
    };
    let cumulative = distribution.cumulative.as_slice();
    assert_eq!((distribution.count, cumulative), (1, [].as_slice()));
}
