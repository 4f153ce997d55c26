//! A counter of `u64` wraps after 2^64, which Prometheus reads as a restart: wherever its parts are kept, the sum wraps.

use std::cell::RefCell;
use std::sync::Arc;
use std::thread;

use metrics_core::{Counter, LabelSet, MetricSet, Registry};

#[derive(Clone, Copy, LabelSet)]
struct ByPort {
    #[label(open, max = 1)]
    port: u16,
}

/// What is sent.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Sent {
    /// Bytes.
    sent: Counter,
    /// Bytes by port.
    by_port: Counter<ByPort>,
    /// Bytes that may be marked.
    #[metric(exemplars)]
    marked: Counter,
}

fn sent() -> (Registry, Arc<Sent>) {
    let registry = Registry::new();
    let sent = Sent::register(&registry).expect("an empty registry");
    (registry, sent)
}

impl Sent {
    fn add(&self, n: u64) {
        self.sent.inc_by(n);
        for port in [1, 2] {
            self.by_port.with(ByPort { port }).inc_by(n);
        }
        self.marked.inc_by(n);
    }

    fn all(&self) -> [u64; 4] {
        let by_port = |port| self.by_port.with(ByPort { port }).get();
        [self.sent.get(), by_port(1), by_port(2), self.marked.get()]
    }
}

#[track_caller]
fn assert_wrapped(registry: &Registry, sent: &Sent) {
    assert_eq!(sent.all(), [1; 4]);
    let text = registry.encode_text();
    for line in [
        "sent_total 1",
        "by_port_total{port=\"1\"} 1",
        "by_port_total{port=\"overflow\"} 1",
        "marked_total 1",
    ] {
        assert!(text.lines().any(|l| l == line), "no `{line}` in:\n{text}");
    }
}

#[test]
fn a_counter_wraps_on_one_thread() {
    let (registry, sent) = sent();
    sent.add(u64::MAX);
    assert!(
        registry
            .encode_text()
            .contains(&format!("\nsent_total {}\n", u64::MAX))
    );
    sent.add(2);
    assert_wrapped(&registry, &sent);
}

#[test]
fn a_counter_wraps_by_the_sum_of_two_threads() {
    let (registry, sent) = sent();
    // so that the other thread counts in cells of its own
    sent.add(1);
    let other = thread::spawn({
        let sent = Arc::clone(&sent);
        move || sent.add(u64::MAX)
    });
    assert!(other.join().is_ok());
    sent.add(1);
    assert_wrapped(&registry, &sent);
}

/// Adds while its thread is torn down: where it has no cells of its own any more, to those that all threads share.
struct Late(Arc<Sent>);

impl Drop for Late {
    fn drop(&mut self) {
        self.0.add(u64::MAX / 2 + 1);
    }
}

thread_local! {
    static FIRST: RefCell<Option<Late>> = const { RefCell::new(None) };
    static SECOND: RefCell<Option<Late>> = const { RefCell::new(None) };
}

#[test]
fn a_counter_wraps_in_cells_that_all_threads_share() {
    let (registry, sent) = sent();
    // of two threads one is behind the end of its table, so that shared cells wrap by themselves
    for _ in 0..2 {
        let sent = Arc::clone(&sent);
        let thread = thread::spawn(move || {
            FIRST.with(|late| *late.borrow_mut() = Some(Late(Arc::clone(&sent))));
            sent.add(0);
            SECOND.with(|late| *late.borrow_mut() = Some(Late(sent)));
        });
        assert!(thread.join().is_ok());
    }
    assert_eq!(sent.all(), [0; 4]);
    sent.add(1);
    assert_wrapped(&registry, &sent);
}
