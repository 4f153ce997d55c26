//! The core crate under another path: `crate = path` in every macro.

mod vendored {
    pub use metrics_core as core;
}

use vendored::core::{Counter, Histogram, Label, LabelSet, MetricSet, Outcome, timed};

#[derive(Clone, Copy, Label)]
#[label(crate = vendored::core)]
enum Side {
    Left,
    Right,
}

#[derive(LabelSet)]
#[labels(crate = vendored::core)]
struct BySide {
    side: Side,
    outcome: Outcome,
}

/// A lock.
#[derive(MetricSet)]
#[metrics(register = false, labels(made_of = "steel"), crate = vendored::core)]
struct Lock {
    /// Turns of the key.
    turns: Counter,
}

/// A door.
#[derive(MetricSet)]
#[metrics(prefix = "door", labels(house = "7"), crate = crate::vendored::core)]
struct Door {
    #[metric(flatten, prefix = "lock")]
    lock: Lock,
    /// Time it was open.
    #[metric(unit = "seconds")]
    open: Histogram<BySide>,
    /// Knocks.
    knocks: Counter,
}

#[timed(Door::open, labels(side), crate = vendored::core)]
fn open(side: Side) -> Option<()> {
    None
}

#[timed(crate = crate::vendored::core)]
async fn close() {}

mod inner {
    use super::vendored;

    #[vendored::core::timed(crate = vendored::core)]
    pub(super) fn lock() -> Result<(), ()> {
        Err(())
    }
}

fn main() {
    open(Side::Left);
    open(Side::Right);
    drop(close());
    assert!(inner::lock().is_err());
    Door::global().knocks.inc();
    assert_eq!(Door::global().lock.turns.get(), 0);
    let text = vendored::core::Registry::global().encode_text();
    assert!(text.contains("door_open_seconds_count{house=\"7\",side=\"right\",outcome=\"ok\"} 1"), "{text}");
    assert!(text.contains("door_knocks_total{house=\"7\"} 1"), "{text}");
    assert!(text.contains("door_lock_turns_total{house=\"7\",made_of=\"steel\"} 0"), "{text}");
    assert!(text.contains("outcome=\"error\"} 1"), "{text}");
}
