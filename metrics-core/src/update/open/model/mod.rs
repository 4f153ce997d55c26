//! The parts of an open family under loom's model checker, by themselves and together.

mod idle;
mod index;
mod leaving;
mod life;

use std::hash::{BuildHasherDefault, Hasher};
use std::ops::ControlFlow;

use loom::sync::Arc;

use super::combinations::Combinations;
use super::key::Kept;
use crate::declare::{Descriptor, LabelDescriptor};
use crate::update::cell::Storage;
use crate::update::family::{Shape, Values};

/// All texts have one hash, so that it does not hide what keys and states are to tell apart.
pub(super) type OneHash = BuildHasherDefault<One>;

#[derive(Default)]
pub(super) struct One;

impl Hasher for One {
    fn write(&mut self, _: &[u8]) {}

    fn finish(&self) -> u64 {
        1 << u64::BITS / 2
    }
}

/// A family of counters of one open label, with one cell each.
struct Family(Combinations);

impl Family {
    fn new(cap: usize, descriptor: &'static Descriptor) -> Arc<Self> {
        let labels = [LabelDescriptor::open("key", cap)];
        let shape = Shape::of_cells(1, Storage::Summed);
        Arc::new(Self(Combinations::new(cap, &labels, 1, shape, descriptor)))
    }

    /// Adds to the counter with this label, as `update::family` does; `false` if it overflows.
    fn add(&self, label: &str, n: u64) -> bool {
        let texts = vec![label.to_owned()];
        let Some(found) = self.0.get_or_make::<Kept>(&texts) else {
            return false;
        };
        found.row.take_into_use(0, |texts| texts.concat());
        found.row.cells().add(0, n);
        true
    }

    fn remove(&self, label: &str) -> bool {
        self.0.remove::<Kept>(&vec![label.to_owned()])
    }

    /// What a scrape shows.
    fn shown(&self) -> Vec<(String, u64)> {
        let mut shown = Vec::new();
        let _ = self.0.for_each(
            Values {
                each: 1,
                marks: false,
            },
            |child, values| values.push(child.cells.get_u64(child.start)),
            |child| {
                shown.push((child.labels.to_owned(), child.values[0]));
                ControlFlow::Continue(())
            },
        );
        shown
    }

    /// What it shows of the counter with this label, which it shows once at most.
    fn of(&self, label: &str) -> Option<u64> {
        let shown = self.shown();
        let mut like = shown.iter().filter(|(shown, _)| shown == label);
        let value = like.next().map(|(_, n)| *n);
        assert_eq!(like.next(), None, "{shown:?}");
        value
    }
}
