//! What is on a user's hot path allocates nothing once it has been there.

use std::net::IpAddr;

use allocation_counter::measure;
use metrics_core::{Counter, Gauge, Histogram, LabelSet, MetricSet, Outcome, timed};

#[derive(Clone, Copy, LabelSet)]
struct ByPath<'a> {
    #[label(open, max = 100)]
    path: &'a str,
    #[label(open, max = 100)]
    port: u16,
    outcome: Outcome,
}

#[derive(Clone, Copy, LabelSet)]
struct ByAddress<'a> {
    #[label(flatten)]
    path: ByPath<'a>,
    #[label(open, display, max = 100)]
    address: IpAddr,
    #[label(open, display, max = 100)]
    proxy: Option<IpAddr>,
    cached: Option<bool>,
}

/// What is measured.
#[derive(MetricSet)]
#[metrics(prefix = "allocations")]
struct Hot {
    /// Events.
    events: Counter,
    /// Amounts.
    amounts: Counter<(), f64>,
    /// Requests.
    requests: Counter<ByPath<'static>>,
    /// Open requests.
    open: Gauge<ByPath<'static>>,
    /// Sizes.
    sizes: Histogram<ByPath<'static>, u64>,
    /// Requests by a type with a `Display`.
    displayed: Counter<ByAddress<'static>>,
    /// Time of calls.
    #[metric(unit = "seconds")]
    calls: Histogram,
}

#[timed(Hot::calls)]
fn call() {}

#[timed]
fn alone() -> Result<(), ()> {
    Err(())
}

fn update_all(path: &str) {
    let hot = Hot::global();
    let by = ByPath {
        path,
        port: 443,
        outcome: Outcome::Error,
    };
    hot.events.inc();
    hot.amounts.inc_by(0.5);
    hot.requests.with(by).inc();
    hot.open.with(by).set(3);
    hot.sizes.with(by).observe(1000);
    let by_address = ByAddress {
        path: by,
        // as long as such texts are
        address: "2001:db8:ffff:ffff:ffff:ffff:ffff:fff1"
            .parse()
            .expect("an address"),
        proxy: None,
        cached: Some(true),
    };
    hot.displayed.with(by_address).inc();
    call();
    alone().expect_err("it always fails");
}

#[test]
fn updates_that_are_not_the_first_allocate_nothing() {
    // short enough to be compared in the row, and not
    let long = "/a/path".repeat(40);
    for path in ["/", "/orders", &long] {
        update_all(path);
        let again = measure(|| update_all(path));
        assert_eq!(again.count_total, 0, "{path}: {again:?}");
    }
}

#[test]
fn past_the_cap_nothing_is_allocated_either() {
    for port in 0..100 {
        update(port);
    }
    fn update(port: u16) {
        let by = ByPath {
            path: "/many",
            port,
            outcome: Outcome::Ok,
        };
        Hot::global().requests.with(by).inc();
    }
    let overflow = measure(|| (1000..1100).for_each(update));
    assert_eq!(overflow.count_total, 0, "{overflow:?}");
}
