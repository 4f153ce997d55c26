//! What `name[]=` and `match[]=` choose, in the exposition that a client gets.

use crate::client::{Running, get};
use crate::shop::{exporter, shop};

/// A query's value with the characters escaped that a URL does not take.
fn escaped(value: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'0'..=b'9' | b'_' | b'*' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    value.bytes().map(escape).collect()
}

/// The exposition of the shop that these pairs of a query choose.
fn chosen(pairs: &[(&str, &str)]) -> Vec<String> {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let query: Vec<_> = pairs
        .iter()
        .map(|(key, value)| format!("{}={}", escaped(key), escaped(value)))
        .collect();
    let answer = get(&running.url(&format!("/metrics?{}", query.join("&"))));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let samples = answer.body.lines().filter(|line| !line.starts_with('#'));
    samples.map(str::to_owned).collect()
}

fn matching(selector: &str) -> Vec<String> {
    chosen(&[("match[]", selector)])
}

#[test]
fn selectors_choose_by_name_glob_and_label() {
    assert_eq!(matching("shop_till"), ["shop_till 12.5"]);
    assert_eq!(
        matching("shop_sales_total"),
        [
            "shop_sales_total{payment=\"cash\"} 0",
            "shop_sales_total{payment=\"card\"} 3"
        ]
    );
    let card = ["shop_sales_total{payment=\"card\"} 3"];
    for selector in [
        "shop_sales_total{payment=\"card\"}",
        "shop_*{payment='card'}",
        "{payment=`card`}",
        "{__name__=\"shop_sales_total\",payment=\"card\"}",
    ] {
        assert_eq!(matching(selector), card, "{selector}");
    }
    assert_eq!(matching("{payment=\"cheque\"}"), [""; 0]);
    assert_eq!(
        matching("shop_items_total{item=\"a \\\"quoted\\\" thing\"}"),
        ["shop_items_total{item=\"a \\\"quoted\\\" thing\"} 1"]
    );
    assert_eq!(matching("shop_*{payment=\"\",item=\"\"}").len(), 8);
}

#[test]
fn several_are_a_union() {
    assert_eq!(
        chosen(&[
            ("match[]", "shop_sales_total{payment=\"card\"}"),
            ("name[]", "shop_till"),
            ("match[]", "shop_customers{}"),
        ]),
        [
            "shop_customers 2",
            "shop_sales_total{payment=\"card\"} 3",
            "shop_till 12.5"
        ]
    );
    // whoever asks for all of a family gets all of it
    assert_eq!(
        chosen(&[
            ("match[]", "shop_sales_total{payment=\"card\"}"),
            ("name[]", "shop_sales_total"),
        ])
        .len(),
        2
    );
}

#[test]
fn the_name_of_a_series_chooses_its_family() {
    let checkout = matching("shop_checkout_seconds");
    assert_eq!(checkout.len(), 6);
    for name in [
        "shop_checkout_seconds_bucket",
        "shop_checkout_seconds_count",
        "*_bucket",
    ] {
        assert_eq!(matching(name), checkout, "{name}");
        assert_eq!(chosen(&[("name[]", name)]), checkout, "{name}");
    }
    assert_eq!(
        chosen(&[("name[]", "shop_sales")]),
        matching("shop_sales_total")
    );
}

#[test]
fn families_of_which_nothing_is_chosen_are_not_named() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let query = escaped("{payment=\"card\"}");
    let answer = get(&running.url(&format!("/metrics?match[]={query}")));
    assert_eq!(answer.types(), ["# TYPE shop_sales_total counter"]);
}

#[test]
fn a_mistake_is_400_with_its_place() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for (selector, mend) in [
        (
            "shop{payment=~\"c.*\"}",
            "at character 13: `=~` is not supported",
        ),
        (
            "shop{payment=\"card\"",
            "at character 20: here `,` or `}` is missing",
        ),
        ("", "at character 1: it chooses everything"),
    ] {
        let answer = get(&running.url(&format!("/metrics?match[]={}", escaped(selector))));
        assert_eq!(answer.status, 400, "{selector}");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert!(answer.body.contains(mend), "{}", answer.body);
    }
}
