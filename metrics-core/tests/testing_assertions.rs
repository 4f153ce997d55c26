//! What the assertions of `testing` take, and the words of their panics, whole.
#![cfg(feature = "testing")]

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use metrics_core::testing::{Changes, assert_changes, assert_exposition, assert_families, value};
use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Registry};

#[derive(Clone, Copy, Label)]
enum Method {
    Get,
    Post,
}

#[derive(Clone, Copy, LabelSet)]
struct ByMethod {
    method: Method,
    encrypted: bool,
}

#[derive(Clone, Copy, LabelSet)]
struct ByGuest<'a> {
    #[label(open, max = 10)]
    guest: &'a str,
}

/// A shop.
#[derive(MetricSet)]
#[metrics(prefix = "shop", register = false)]
struct Shop {
    /// Orders placed.
    orders: Counter<ByMethod>,
    /// Orders by guest.
    guests: Counter<ByGuest<'static>>,
    /// Carts.
    carts: Gauge,
    /// Temperature.
    #[metric(unit = "celsius")]
    warmth: Gauge<(), f64>,
    /// Time to pack.
    #[metric(unit = "seconds", buckets = [0.1, 1.0])]
    packing: Histogram,
}

const POST: ByMethod = ByMethod {
    method: Method::Post,
    encrypted: true,
};

fn shop() -> (Registry, std::sync::Arc<Shop>) {
    let registry = Registry::new();
    let shop = Shop::register(&registry).expect("an empty registry");
    (registry, shop)
}

/// The words of the panic.
fn panic_of(body: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(body)).expect_err("it was to panic");
    let message = panic.downcast::<String>();
    *message.expect("it has words")
}

#[test]
fn exactly_what_changed_is_taken() {
    let (registry, shop) = shop();
    shop.carts.set(5);
    shop.guests.with(ByGuest { guest: "gone" }).inc_by(3);
    let changes = Changes::watch(&registry);
    changes.assert("");
    shop.orders.with(POST).inc_by(2);
    shop.guests.with(ByGuest { guest: "a \"b\" c" }).inc();
    shop.guests.remove(ByGuest { guest: "gone" });
    shop.carts.sub(7);
    shop.warmth.set(-0.5);
    shop.packing.observe(0.1);
    shop.packing.observe(0.2);
    changes.assert(
        r#"
            shop_orders_total{encrypted="true", method="post"} +2
            shop_guests_total{guest="a \"b\" c"} +1
            shop_guests_total{guest="gone"} -3

            shop_carts   -7
            shop_warmth_celsius -0.5
            shop_packing_seconds_count +2
            shop_packing_seconds_sum +0.3
        "#,
    );
    assert_eq!(value(&registry, "shop_carts", &[]), Some(-2.0));
    let labels = [("encrypted", "true"), ("method", "post")];
    assert_eq!(value(&registry, "shop_orders_total", &labels), Some(2.0));
    assert_eq!(value(&registry, "shop_orders_total", &labels[..1]), None);
}

#[test]
fn each_way_to_differ_is_told() {
    let (registry, shop) = shop();
    shop.carts.set(3);
    let change = || {
        shop.orders.with(POST).inc_by(2);
        shop.packing.observe(0.5);
    };
    let expected = r#"
        shop_orders_total{method="post",encrypted="true"} +1
        shop_carts -1
        shop_orders_total{method="put"} +1
        shop_packing_seconds +1
        shop_ordered +1
        shop_packing_seconds_sum *
    "#;
    assert_eq!(
        panic_of(|| assert_changes(&registry, change, expected)),
        r#"the metrics did not change as expected (`-` expected, `+` changed otherwise):
- shop_orders_total{method="post",encrypted="true"} +1
    changed by +2: 0 -> 2
- shop_carts -1
    did not change: 3
- shop_orders_total{method="put"} +1
    there is no such series; there is
      shop_orders_total{method="get",encrypted="false"}
      shop_orders_total{method="get",encrypted="true"}
      shop_orders_total{method="post",encrypted="false"}
      shop_orders_total{method="post",encrypted="true"}
- shop_packing_seconds +1
    there is no such series; there is
      shop_packing_seconds_sum
      shop_packing_seconds_count
- shop_ordered +1
    there is no such series
+ shop_packing_seconds_count +1
    not expected: 0 -> 1
all that changed:
  shop_orders_total{method="post",encrypted="true"} +2
  shop_packing_seconds_sum +0.5
  shop_packing_seconds_count +1"#
    );
}

#[test]
fn all_that_changed_can_be_expected_as_it_is_told() {
    let (registry, shop) = shop();
    shop.packing.observe(0.3);
    shop.warmth.set(1e9);
    let changes = Changes::watch(&registry);
    shop.packing.observe(0.1);
    shop.warmth.set(1e9 + 0.1);
    shop.guests.with(ByGuest { guest: "b\\" }).inc();
    let told = panic_of(|| changes.assert(""));
    let (_, lines) = told.split_once("all that changed:").expect("it is told");
    assert!(lines.contains("shop_packing_seconds_sum +0.1\n"), "{lines}");
    changes.assert(lines);
}

#[test]
fn small_changes_of_large_numbers_are_told_apart() {
    let (registry, shop) = shop();
    shop.warmth.set(1e9 + 0.5);
    let changes = Changes::watch(&registry);
    shop.warmth.set(1e9 + 0.5005);
    changes.assert("shop_warmth_celsius +0.0005");
    let told = panic_of(|| changes.assert("shop_warmth_celsius +0.0012"));
    assert!(told.contains("1000000000.5 -> 1000000000.5005"), "{told}");
}

#[test]
fn where_nothing_changed_it_says_so() {
    let (registry, _shop) = shop();
    let changes = Changes::watch(&registry);
    assert_eq!(
        panic_of(|| changes.assert("shop_carts +1")),
        "the metrics did not change as expected (`-` expected, `+` changed otherwise):
- shop_carts +1
    did not change: 0
nothing changed"
    );
}

#[test]
fn families_that_are_hidden_are_told() {
    let (registry, _shop) = shop();
    let theirs = prometheus::Registry::new();
    let carts = prometheus::IntGauge::new("shop_carts", "Carts of theirs.");
    let carts = carts.expect("a good name");
    theirs
        .register(Box::new(carts.clone()))
        .expect("an empty registry");
    registry.attach(theirs);
    let changes = Changes::watch(&registry);
    carts.inc();
    let told = panic_of(|| changes.assert("shop_carts +1"));
    assert!(
        told.contains("two families are called `shop_carts`"),
        "{told}"
    );
}

#[test]
fn buckets_are_compared_where_one_is_named() {
    let (registry, shop) = shop();
    let changes = Changes::watch(&registry);
    shop.packing.observe(0.5);
    let told = panic_of(|| {
        changes.assert(
            r#"
                shop_packing_seconds_bucket{le="1"} +1
                shop_packing_seconds_count +1
                shop_packing_seconds_sum +0.5
            "#,
        );
    });
    let missing = "+ shop_packing_seconds_bucket{le=\"+Inf\"} +1\n    not expected: 0 -> 1\nall";
    assert!(told.contains(missing), "{told}");
}

#[test]
fn large_whole_numbers_are_told_apart() {
    let (registry, shop) = shop();
    let get = ByMethod {
        method: Method::Get,
        ..POST
    };
    shop.orders.with(get).inc();
    shop.orders.with(POST).inc_by(1 << 60);
    let changes = Changes::watch(&registry);
    shop.orders.with(POST).inc();
    let line = "shop_orders_total{method=\"post\",encrypted=\"true\"}";
    changes.assert(&format!("{line} +1"));
    let told = panic_of(|| changes.assert(&format!("{line} +2")));
    assert!(
        told.contains("changed by +1: 1152921504606846976 -> "),
        "{told}"
    );
}

#[test]
fn numbers_that_are_none_are_told_and_taken() {
    let (registry, shop) = shop();
    shop.warmth.set(f64::NAN);
    let changes = Changes::watch(&registry);
    shop.warmth.set(f64::NAN);
    changes.assert("");
    shop.warmth.set(f64::INFINITY);
    changes.assert("shop_warmth_celsius NaN");
    let changes = Changes::watch(&registry);
    shop.warmth.set(0.0);
    changes.assert("shop_warmth_celsius -Inf");
    let told = panic_of(|| changes.assert(""));
    assert!(told.contains("not expected: +Inf -> 0\n"), "{told}");
    let (_, lines) = told.split_once("all that changed:").expect("it is told");
    changes.assert(lines);
}

#[test]
fn what_is_not_written_as_a_change_is_refused() {
    let (registry, _shop) = shop();
    let of = |line: &str| {
        let changes = Changes::watch(&registry);
        let told = panic_of(|| changes.assert(&format!("shop_carts *\n {line}")));
        let told = told.strip_prefix(&format!("line 2 of the expected changes, `{line}`: "));
        told.expect("it says where").to_owned()
    };
    let written = "a series is written as it is exposed: `name` or `name{label=\"value\",…}`";
    assert_eq!(of("shop_orders{method=post} +1"), written);
    assert_eq!(of("shop_orders{method=\"post\" +1"), written);
    assert_eq!(of("shop_orders{method=\"po\"st\"} +1"), written);
    assert_eq!(of("shop orders +1"), written);
    let sign = "a change begins with its sign, `+1` or `-1`; `*` is any change or none";
    assert_eq!(of("shop_orders_total 1"), sign);
    assert_eq!(
        of("shop_orders_total +one"),
        "a change is a number: `+1`, `-0.5`"
    );
    assert_eq!(of("shop_carts +1"), "this series is there twice");
    assert_eq!(
        of("shop_orders_total"),
        "a series is followed by a blank and by how much it changes: `+1`, `-0.5`, `*`"
    );
}

#[test]
fn expositions_are_compared_line_by_line() {
    let (registry, shop) = shop();
    shop.carts.set(2);
    let names = ["shop_carts", "shop_warmth_celsius"];
    assert_families(
        &registry,
        &names,
        "
            # HELP shop_carts Carts.
            # TYPE shop_carts gauge

            shop_carts 2
            # HELP shop_warmth_celsius Temperature.
            # TYPE shop_warmth_celsius gauge
            shop_warmth_celsius 0
        ",
    );
    assert_exposition(&registry, &registry.encode_text());
    let expected = registry
        .encode_text()
        .replace("shop_carts 2", "shop_carts 3");
    let expected = expected.replace("shop_warmth_celsius 0\n", "");
    assert_eq!(
        panic_of(|| assert_exposition(&registry, &expected)),
        r#"the exposition is not as expected (`-` expected, `+` exposed):
  …
  metrics_rejected_updates_total{family="shop_packing_seconds"} 0
  # HELP shop_carts Carts.
  # TYPE shop_carts gauge
- shop_carts 3
+ shop_carts 2
  # HELP shop_guests_total Orders by guest.
  # TYPE shop_guests_total counter
  # HELP shop_orders_total Orders placed.
  …
  shop_packing_seconds_count 0
  # HELP shop_warmth_celsius Temperature.
  # TYPE shop_warmth_celsius gauge
+ shop_warmth_celsius 0
"#
    );
}

#[test]
fn a_family_that_is_not_there_is_told() {
    let (registry, _shop) = shop();
    assert_eq!(
        panic_of(|| assert_families(&registry, &["shop_orders"], "")),
        "there is no family `shop_orders`; there are: metrics_label_overflows_total, \
         metrics_rejected_updates_total, shop_carts, shop_guests_total, shop_orders_total, \
         shop_packing_seconds, shop_warmth_celsius"
    );
}

thread_local! {
    static PLACES: RefCell<Vec<(String, u32)>> = const { RefCell::new(Vec::new()) };
}

#[test]
fn panics_are_where_the_test_asserts() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if let Some(at) = info.location() {
            let place = (at.file().to_owned(), at.line());
            PLACES.with_borrow_mut(|places| places.push(place));
        }
        before(info);
    }));
    let (registry, _shop) = shop();
    let changes = Changes::watch(&registry);
    let first = line!();
    panic_of(|| changes.assert("shop_carts +1"));
    panic_of(|| assert_changes(&registry, || (), "shop_carts +1"));
    panic_of(|| assert_exposition(&registry, ""));
    panic_of(|| assert_families(&registry, &["shop_carts"], ""));
    panic_of(|| assert_families(&registry, &["none"], ""));
    let here = (1..=5).map(|n| (file!().to_owned(), first + n));
    assert_eq!(PLACES.take(), here.collect::<Vec<_>>());
}
