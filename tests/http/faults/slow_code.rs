//! Code of users that takes long: collectors, read functions, readiness.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use metrics_core::Registry;
use metrics_server::Exporter;

use crate::client::{Running, get_with, wait_for};
use crate::raw;
use crate::shop::{exporter, shop};

/// Where code waits until a test lets it go on, and which tells how often it came. Dropped, it is open, so that a test that
/// fails ends, too.
#[derive(Default)]
pub(super) struct Gate(Arc<Inner>);

#[derive(Default)]
struct Inner {
    open: Mutex<bool>,
    opened: Condvar,
    came: AtomicU64,
}

impl Gate {
    /// Code that waits here.
    pub(super) fn waiting(&self) -> impl Fn() + Send + Sync + 'static {
        let gate = Arc::clone(&self.0);
        move || {
            gate.came.fetch_add(1, Relaxed);
            let open = gate.open.lock().expect("nobody panics with it");
            let waited = gate.opened.wait_while(open, |open| !*open);
            drop(waited.expect("nobody panics with it"));
        }
    }

    pub(super) fn open(&self) {
        *self.0.open.lock().expect("nobody panics with it") = true;
        self.0.opened.notify_all();
    }

    pub(super) fn came(&self) -> u64 {
        self.0.came.load(Relaxed)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.open();
    }
}

const TIMEOUT: &str = "X-Prometheus-Scrape-Timeout-Seconds";

#[test]
fn a_collector_that_hangs_is_named_before_the_scraper_gives_up() {
    let (registry, _shop) = shop();
    let gate = Gate::default();
    let _collector = registry.add_collector("slow", gate.waiting());
    let running = Running::new(&exporter(&registry));
    // asked first, and answered last
    let patient = raw::send(&running, "GET", "/metrics", &[&format!("{TIMEOUT}: 30")]);
    wait_for("a scrape that waits", || (gate.came() > 0).then_some(()));
    let answer = get_with(&running.url("/metrics"), TIMEOUT, "1");
    assert!(!raw::is_answered(&patient), "the scraper was not asked");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.sample("shop_customers"), Some("2"));
    let named = r#"metrics_collector_timeouts_total{collector="slow"}"#;
    let own = Running::new(&exporter(Registry::global()));
    let counted = |answer: &crate::client::Answer| answer.sample(named).map(str::to_owned);
    let told = wait_for("the collector's name", || {
        counted(&answer).or_else(|| counted(&own.get("/metrics")))
    });
    assert_ne!(told, "0");
}

#[test]
fn a_readiness_that_hangs_is_not_ready_and_keeps_nobody_else() {
    let (registry, _shop) = shop();
    let gate = Gate::default();
    let wait = gate.waiting();
    let exporter = Exporter::builder().registry(&registry).ready_when(move || {
        wait();
        true
    });
    let running = Running::new(&exporter.build().expect("good settings"));
    // more than there are workers
    let asking: Vec<_> = (0..8)
        .map(|_| {
            let url = running.url("/health/ready");
            thread::spawn(move || crate::client::get(&url))
        })
        .collect();
    wait_for("readiness to be asked", || (gate.came() > 0).then_some(()));
    assert_eq!(running.get("/metrics").status, 200);
    assert_eq!(running.get("/health").status, 200);
    for of in asking {
        let answer = of.join().expect("an answer");
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (503, r#"{"status":"timeout"}"#)
        );
    }
    assert_eq!(gate.came(), 1);
    gate.open();
    wait_for("readiness", || {
        (running.get("/health/ready").status == 200).then_some(())
    });
}

/// The settings of artefacts are code of users, too, and documents are made two at a time.
#[test]
fn who_waits_for_documents_that_take_long_is_told_to_come_again() {
    let (registry, _shop) = shop();
    let gate = Gate::default();
    let wait = gate.waiting();
    let exporter = Exporter::builder()
        .registry(&registry)
        .artifacts(move |of| {
            wait();
            of
        });
    let running = Running::new(&exporter.build().expect("good settings"));
    let asking: Vec<_> = (0..2)
        .map(|_| {
            let url = running.url("/metrics/catalog");
            thread::spawn(move || crate::client::get(&url))
        })
        .collect();
    wait_for("two documents", || (gate.came() == 2).then_some(()));
    for path in ["/metrics/rules", "/metrics/json"] {
        let answer = raw::get(&running, path, &[]);
        assert_eq!(answer.status(), "503", "{path}");
        assert_eq!(answer.header("retry-after"), "1", "{path}");
        assert!(answer.text().contains("2 documents are being made"));
    }
    assert_eq!(running.get("/metrics").status, 200);
    gate.open();
    for of in asking {
        assert_eq!(of.join().expect("an answer").status, 200);
    }
    assert_eq!(running.get("/metrics/rules").status, 200);
}
