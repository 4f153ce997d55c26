//! The stream: a snapshot, then what changes, and in the end the numbers that a scrape has.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use metrics_core::{MetricSet, Registry};
use serde_json::{Value, json};

use crate::client::{Running, wait_for};
use crate::known::Known;
use crate::shop::{ByItem, ByPayment, Payment, Shop, exporter, shop};
use crate::stream_client::Stream;

fn serve(query: &str) -> (Registry, Arc<Shop>, Running, Stream) {
    let (registry, shop) = shop();
    let running = Running::new(&exporter(&registry));
    let stream = Stream::connect(&format!(
        "ws://{}/metrics/stream{query}",
        running.authority()
    ));
    (registry, shop, running, stream)
}

#[test]
fn it_begins_with_hello_and_the_whole_state() {
    let (_registry, _shop, _running, mut stream) = serve("");
    let hello = stream.next_frame();
    assert_eq!(hello["type"], "metrics:hello");
    let data = &hello["data"];
    assert_eq!(data["protocol"], 1);
    assert_eq!(data["interval_ms"], 1000);
    assert_eq!(
        data["limits"]["interval_ms"],
        json!({"min": 100, "max": 60000})
    );
    assert!(
        data["server"].is_string() && data["events"].is_array(),
        "{hello}"
    );

    let snapshot = stream.next_frame();
    assert_eq!(snapshot["type"], "metrics:snapshot");
    let data = &snapshot["data"];
    assert_eq!((&data["part"], &data["last"]), (&json!(1), &json!(true)));
    let families = data["families"].as_array().expect("families");
    let checkout = families
        .iter()
        .find(|f| f["name"] == "shop_checkout_seconds")
        .expect("the family");
    let declared = Shop::SET.families.last().expect("a family").source();
    let expected = json!({
        "id": checkout["id"], "name": "shop_checkout_seconds", "type": "histogram", "unit": "seconds",
        "help": "Time at the counter.", "labels": [], "bounds": [0.5, 1.0, 2.0],
        "set": "Shop", "source": format!("{}:{}", declared.file, declared.line), "package": "metrics-http-tests",
    });
    assert_eq!(*checkout, expected);
    let mut known = Known::default();
    known.learn(data);
    assert_eq!(
        known.value("shop_sales_total{payment=card}"),
        Some(&json!(3))
    );
    assert_eq!(
        known.value("shop_items_total{item=a \"quoted\" thing}"),
        Some(&json!(1))
    );
    assert_eq!(
        known.value("shop_checkout_seconds{}"),
        Some(&json!({"count": 3, "sum": 6.0, "buckets": [1, 2, 2]}))
    );
}

#[test]
fn deltas_lead_to_the_numbers_of_a_scrape() {
    let (registry, shop, _running, mut stream) = serve("?interval_ms=100");
    let mut known = Known::default();
    known.learn(&stream.next_of("metrics:snapshot"));
    for turn in 0..20 {
        shop.sales
            .with(ByPayment {
                payment: Payment::Cash,
            })
            .inc_by(7);
        // new series, some of them while the client listens
        shop.items
            .with(ByItem {
                item: &format!("item {turn}"),
            })
            .inc_by(turn);
        shop.checkout.observe(turn as f64 / 10.0);
        shop.till.set(turn as f64);
        if turn % 5 == 0 {
            known.learn(&stream.next_of("metrics:delta"));
        }
    }
    shop.customers.set(1_000_000);
    known.learn_until(&mut stream, |known| {
        known.value("shop_customers{}") == Some(&json!(1_000_000))
    });

    let snapshot = registry.snapshot();
    let series = snapshot
        .families
        .iter()
        .flat_map(|family| family.series.iter().map(move |s| (family, s)));
    let mut count = 0;
    for (family, series) in series {
        let pairs: Vec<_> = series
            .labels
            .iter()
            .map(|(l, v)| format!("{l}={v}"))
            .collect();
        let key = format!("{}{{{}}}", family.name, pairs.join(","));
        let value = serde_json::to_value(&series.value).expect("JSON");
        let expected = match value.get("value") {
            Some(number) => number.clone(),
            None => {
                let buckets = value["buckets"].as_array().expect("buckets");
                let counts: Vec<_> = buckets[..buckets.len() - 1]
                    .iter()
                    .map(|b| &b["count"])
                    .collect();
                json!({"count": value["count"], "sum": value["sum"], "buckets": counts})
            }
        };
        assert_eq!(known.value(&key), Some(&expected), "{key}");
        count += 1;
    }
    assert_eq!(
        known.series.len(),
        count,
        "the stream has no series that a scrape has not"
    );
}

#[test]
fn a_set_that_goes_takes_its_series_along() {
    let (registry, shop, _running, mut stream) = serve("?interval_ms=100");
    let mut known = Known::default();
    known.learn(&stream.next_of("metrics:snapshot"));
    assert!(known.value("shop_till{}").is_some());
    registry.unregister(&shop);
    known.learn_until(&mut stream, |known| known.series.is_empty());
    let again = Shop::register(&registry).expect("a free name");
    again.till.set(4.5);
    known.learn_until(&mut stream, |known| {
        known.value("shop_till{}") == Some(&json!(4.5))
    });
}

#[test]
fn only_what_is_asked_for_is_sent() {
    let (_registry, shop, _running, mut stream) =
        serve("?interval_ms=100&match=shop_sales_*&labels=payment%3Dcash");
    let mut known = Known::default();
    known.learn(&stream.next_of("metrics:snapshot"));
    let keys = |known: &Known| known.all().map(|(key, _)| key).collect::<Vec<_>>();
    assert_eq!(keys(&known), ["shop_sales_total{payment=cash}"]);
    shop.customers.inc();
    shop.sales
        .with(ByPayment {
            payment: Payment::Card,
        })
        .inc();
    shop.sales
        .with(ByPayment {
            payment: Payment::Cash,
        })
        .inc();
    known.learn(&stream.next_of("metrics:delta"));
    assert_eq!(keys(&known), ["shop_sales_total{payment=cash}"]);
    assert_eq!(
        known.value("shop_sales_total{payment=cash}"),
        Some(&json!(1))
    );
}

#[test]
fn a_type_can_be_left_out() {
    let (_registry, shop, _running, mut stream) = serve("?interval_ms=100&type=metrics:delta");
    assert_eq!(stream.next_frame()["type"], "metrics:hello");
    // the first delta is against a state that was not sent: change until something comes
    let come = AtomicBool::new(false);
    let frame = thread::scope(|scope| {
        scope.spawn(|| {
            wait_for("a delta", || {
                shop.customers.inc();
                come.load(Relaxed).then_some(())
            });
        });
        let frame = stream.next_frame();
        come.store(true, Relaxed);
        frame
    });
    assert_eq!(frame["type"], "metrics:delta");
}

/// Sets the customers to 1, 2 and 3, each of which another client is told before the next.
fn change_customers_seen_by_another(shop: &Shop, running: &Running) {
    let url = format!(
        "ws://{}/metrics/stream?interval_ms=100",
        running.authority()
    );
    let mut stream = Stream::connect(&url);
    let mut known = Known::default();
    known.learn(&stream.next_of("metrics:snapshot"));
    for customers in [1, 2, 3] {
        shop.customers.set(customers);
        known.learn_until(&mut stream, |known| {
            known.value("shop_customers{}") == Some(&json!(customers))
        });
    }
}

#[test]
fn paused_it_is_silent_and_resumed_it_catches_up() {
    let (_registry, shop, running, mut stream) = serve("?interval_ms=100");
    let mut known = Known::default();
    known.learn(&stream.next_of("metrics:snapshot"));
    stream.say(r#"{"op":"pause"}"#);
    for frame in stream.frames_until_heard() {
        known.learn(&frame["data"]);
    }
    change_customers_seen_by_another(&shop, &running);
    assert_eq!(stream.frames_until_heard(), [Value::Null; 0], "paused");
    stream.say(r#"{"op":"resume"}"#);
    known.learn_until(&mut stream, |known| {
        known.value("shop_customers{}") == Some(&json!(3))
    });
}

#[test]
fn a_client_may_subscribe_anew() {
    let (_registry, shop, running, mut stream) = serve("?interval_ms=100");
    stream.next_of("metrics:snapshot");
    stream.say(r#"{"op":"unsubscribe"}"#);
    stream.frames_until_heard();
    change_customers_seen_by_another(&shop, &running);
    assert_eq!(
        stream.frames_until_heard(),
        [Value::Null; 0],
        "unsubscribed"
    );
    stream.say(r#"{"op":"subscribe","match":["shop_till"],"interval_ms":100}"#);
    let mut known = Known::default();
    known.learn(&stream.next_of("metrics:snapshot"));
    assert_eq!(known.series.len(), 1);
    shop.till.set(99.0);
    known.learn_until(&mut stream, |known| {
        known.value("shop_till{}") == Some(&json!(99.0))
    });
}
