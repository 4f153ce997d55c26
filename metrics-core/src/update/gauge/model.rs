//! What is done to a gauge first, under loom's model checker: added to on one thread, set on another.

use loom::sync::Arc;

use crate::update::field::MetricField;
use crate::update::gauge::Gauge;
use crate::update::model::{GAUGE, check, join, spawn};

fn gauge() -> Arc<Gauge> {
    Arc::new(Gauge::new(&GAUGE))
}

/// Fails if `Mode::begin` is a load and a store, or if the first set after an addition is one to `SET`.
#[test]
fn a_gauge_that_is_first_added_to_and_first_set_at_once_is_as_after_one_of_the_two_orders() {
    check(|| {
        let gauge = gauge();
        let added = Arc::clone(&gauge);
        let adds = spawn(move || added.add(5));
        gauge.set(10);
        join(adds);
        assert!([10, 15].contains(&gauge.get()), "{}", gauge.get());
        gauge.set(3);
        assert_eq!(gauge.get(), 3, "both know how it is set from now on");
        gauge.inc();
        assert_eq!(gauge.get(), 4);
    });
}

/// Fails if the first set after an addition does not take off what the threads have added by themselves.
#[test]
fn what_was_added_before_a_gauge_is_first_set_is_no_part_of_it() {
    check(|| {
        let gauge = gauge();
        let added = Arc::clone(&gauge);
        let adds = spawn(move || added.add(2));
        gauge.add(1);
        gauge.set(10);
        join(adds);
        assert!([10, 12].contains(&gauge.get()), "{}", gauge.get());
        gauge.set(3);
        assert_eq!(gauge.get(), 3);
    });
}
