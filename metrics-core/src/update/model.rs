//! What models of loom share: threads that end as threads do, and families as users declare them.
//! A model is in the folder of what it is of, and runs the code itself; `docs/lock-free.md` says which is of what.

use std::time::Duration;

use loom::thread::{self, JoinHandle};

use super::cell::end;
use crate::declare::{Declaration, Descriptor, Kind, Source};

/// Tries every order of the steps of `model`, of those with so few switches from a thread that could go on as
/// `LOOM_MAX_PREEMPTIONS` says.
pub(super) fn check(model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    // a walk over a family has more than the thousand that there may be of themselves
    builder.max_branches = 20_000;
    builder.check(move || {
        model();
        end();
    });
}

/// A thread that gives its table back when it ends.
pub(super) fn spawn<T: 'static>(work: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    thread::spawn(move || {
        let done = work();
        end();
        done
    })
}

/// What waits for a thread of a model.
pub(super) fn join<T>(thread: JoinHandle<T>) -> T {
    thread.join().expect("it ends")
}

const SOURCE: Source = Source {
    file: file!(),
    line: line!(),
    package: env!("CARGO_PKG_NAME"),
    module: module_path!(),
};

const STEPS: Declaration = Declaration::new("", "steps", "Steps.", SOURCE);

pub(super) static GAUGE: Descriptor = Descriptor::new(STEPS, Kind::Gauge, &[]);

pub(super) static COUNTER: Descriptor = Descriptor::new(STEPS, Kind::Counter, &[]);

/// A series goes after no time without use.
pub(super) static IDLE: Descriptor =
    Descriptor::new(STEPS.idle(Duration::ZERO), Kind::Counter, &[]);

/// Updates take an exemplar by themselves.
pub(super) static EXEMPLARS: Descriptor = Descriptor::new(STEPS.exemplars(), Kind::Counter, &[]);
