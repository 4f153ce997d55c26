//! Many scrapes at once.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use super::slow_code::Gate;
use crate::client::{Running, wait_for};
use crate::raw;
use crate::shop::{exporter, shop};

#[test]
fn of_a_hundred_scrapes_at_once_forty_share_code_of_users_and_the_others_come_again() {
    const ALL: usize = 100;
    const ALLOWED: usize = 40;
    let (registry, _shop) = shop();
    let gate = Gate::default();
    let _collector = registry.add_collector("crowd", gate.waiting());
    let running = Running::new(&exporter(&registry));
    let (together, refused) = (Barrier::new(ALL), AtomicUsize::new(0));
    let answers: Vec<_> = thread::scope(|scope| {
        let scrapers: Vec<_> = (0..ALL)
            .map(|_| {
                scope.spawn(|| {
                    together.wait();
                    let patient = "X-Prometheus-Scrape-Timeout-Seconds: 30";
                    let answer = raw::get(&running, "/metrics", &[patient]);
                    if answer.status() == "503" {
                        refused.fetch_add(1, Relaxed);
                    }
                    answer
                })
            })
            .collect();
        // the others all wait for the collector
        wait_for("refusals", || {
            (refused.load(Relaxed) == ALL - ALLOWED).then_some(())
        });
        wait_for("the collector", || (gate.came() > 0).then_some(()));
        assert_eq!(gate.came(), 1);
        gate.open();
        let answers = scrapers.into_iter().map(|of| of.join().expect("an answer"));
        answers.collect()
    });
    let (whole, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|of| of.status() == "200");
    assert_eq!((whole.len(), refused.len()), (ALLOWED, ALL - ALLOWED));
    let expected = registry.encode_text();
    for answer in whole {
        let text = answer.text();
        let of_shop = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| line.starts_with("shop_"));
            lines.map(str::to_owned).collect()
        };
        assert!(
            answer.whole && of_shop(&text) == of_shop(&expected),
            "{text}"
        );
    }
    for answer in refused {
        assert_eq!(
            (answer.status(), answer.header("retry-after")),
            ("503", "1")
        );
    }
    // of forty each for itself there would be forty
    assert!(gate.came() < 20, "{}", gate.came());
}
