//! A series that was removed: in the next whole scrape, and then no longer.

use crate::client::{Running, wait_for};
use crate::shop::{ByItem, exporter, shop};

#[test]
fn a_removed_series_is_in_the_next_whole_scrape_and_then_gone() {
    let (registry, shop) = shop();
    let running = Running::new(&exporter(&registry));
    shop.items.with(ByItem { item: "pear" }).inc_by(3);
    assert!(shop.items.remove(ByItem { item: "pear" }));
    let pears = |path: &str| {
        let answer = running.get(path);
        let sample = answer.sample("shop_items_total{item=\"pear\"}");
        sample.map(str::to_owned)
    };
    // who asks for some families is no scraper, and neither is who looks at the JSON
    for _ in 0..3 {
        assert_eq!(pears("/metrics?name[]=shop_*").as_deref(), Some("3"));
        assert!(running.get("/metrics/json").body.contains("pear"));
    }
    assert_eq!(pears("/metrics").as_deref(), Some("3"));
    wait_for("the series to be gone", || {
        pears("/metrics").is_none().then_some(())
    });
    assert!(!running.get("/metrics/json").body.contains("pear"));
}
