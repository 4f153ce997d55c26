//! Series that nobody uses leave by themselves: `#[metric(idle = …)]`. Found when the family is gathered.
//!
//! Time is counted in ticks that end in gathers. When one ends, every row tells whether it was in use in it: the bits of
//! its children in use are cleared, and the next look-up that finds one cleared sets it again. So a look-up pays nothing
//! for it, but for the first in each tick, and a family that does not idle has no more than the bits that it has anyway.

use std::collections::VecDeque;
use std::sync::TryLockError;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::combinations::{Combinations, IN_USE, Writer, in_use, is_live, state_of};
use crate::update::sync::{AtomicU64, Mutex};

/// A tick is at least such a part of the time after which a row goes, and it goes at most so much later, if gathers are
/// no further apart. A shorter one would cost more: every tick is a walk over all rows.
const TICKS: u64 = 16;

/// So many rows are asked while the lock is held once.
const AT_ONCE: u32 = 1024;

/// How a family idles.
#[derive(Debug)]
pub(super) struct Idle {
    /// After so long without use, in nanoseconds, a row goes.
    after: u64,
    /// Where in a row the bits of the children begin that have labels, which those in use are among.
    named: usize,
    /// Which number of a row is the last tick in which it was in use.
    stamp: usize,
    /// Held by who ends a tick.
    ticks: Mutex<Ticks>,
}

#[derive(Debug, Default)]
struct Ticks {
    now: u64,
    /// The ticks that may have begun less than `after` ago, and when they began; without the very first.
    begun: VecDeque<(u64, u64)>,
    /// When the one under way began.
    began: u64,
    /// What was last used before this tick has not been used for long enough.
    gone_before: u64,
}

impl Ticks {
    /// Finds out what is `gone_before`.
    fn pass(&mut self, now: u64, after: u64) {
        while let Some((tick, began)) = self.begun.front()
            && now.saturating_sub(*began) >= after
        {
            // what was in use before this one was so before it began
            self.gone_before = *tick;
            self.begun.pop_front();
        }
    }

    fn begin_next(&mut self, now: u64) {
        self.now += 1;
        self.began = now;
        self.begun.push_back((self.now, now));
    }
}

impl Idle {
    /// For rows of which `len` numbers are taken, `words` of them by the bits of the children in use.
    pub(super) fn new(after: Duration, len: usize, words: usize) -> Self {
        Self {
            after: u64::try_from(after.as_nanos()).unwrap_or(u64::MAX),
            named: len,
            stamp: len + words,
            ticks: Mutex::new(Ticks::default()),
        }
    }

    /// So many numbers of a row are taken with those for idling.
    pub(super) fn end(&self) -> usize {
        self.stamp + 1
    }

    /// Says of a new row when it was made.
    pub(super) fn stamp(&self, numbers: &[AtomicU64], writer: &Writer) {
        if let Some(stamp) = numbers.get(self.stamp) {
            stamp.store(writer.tick, Relaxed);
        }
    }

    /// The place of a child's bit that says whether it has labels.
    pub(super) fn named(&self, child: usize) -> (usize, u64) {
        let (word, bit) = in_use(child);
        (word - IN_USE + self.named, bit)
    }

    /// Whether a row was in use in the tick that ends, which is forgotten.
    fn was_used(&self, numbers: &[AtomicU64]) -> bool {
        let words = numbers.get(IN_USE..IN_USE + self.stamp - self.named);
        let used = |word: &AtomicU64| word.load(Relaxed) != 0 && word.swap(0, Relaxed) != 0;
        // every word, so that all of them are cleared
        let used = words.unwrap_or_default().iter().filter(|word| used(word));
        used.count() > 0
    }
}

impl Combinations {
    /// Whether a child without the bit that it is in use has labels, and idled; then it has the bit again.
    #[cold]
    #[inline(never)]
    pub(super) fn use_again(&self, numbers: &[AtomicU64], child: usize) -> bool {
        let Some(idle) = &self.idle else {
            return false;
        };
        let (named, bit) = idle.named(child);
        let has_labels = numbers
            .get(named)
            .is_some_and(|named| named.load(Relaxed) & bit != 0);
        if has_labels && let Some(in_use) = numbers.get(in_use(child).0) {
            in_use.fetch_or(bit, Relaxed);
        }
        has_labels
    }

    /// Lets the rows leave that have not been used for too long. One who comes while another is at it does nothing, as
    /// everyone in the first sixteenth of that time after the last.
    pub(super) fn leave_idle(&self) {
        let Some(idle) = &self.idle else {
            return;
        };
        let mut ticks = match idle.ticks.try_lock() {
            Ok(ticks) => ticks,
            Err(TryLockError::Poisoned(ticks)) => ticks.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        let now = self.clock.elapsed_nanos();
        if now.saturating_sub(ticks.began) < (idle.after / TICKS).max(1) {
            return;
        }
        ticks.pass(now, idle.after);
        let mut row = 0;
        loop {
            let mut writer = self.writer();
            let end = writer.used.min(row + AT_ONCE);
            for row in row..end {
                self.leave_if_idle(idle, row, &ticks, &mut writer);
            }
            row = end;
            if row == writer.used {
                writer.tick = ticks.now + 1;
                break;
            }
        }
        // afterwards: who found a bit set that was cleared then used the row in the tick that ends
        ticks.begin_next(self.clock.elapsed_nanos());
    }

    fn leave_if_idle(&self, idle: &Idle, row: u32, ticks: &Ticks, writer: &mut Writer) {
        let numbers = self.rows.get(row);
        let Some(stamp) = numbers.get(idle.stamp) else {
            return;
        };
        if !is_live(state_of(numbers)) {
            return;
        }
        if idle.was_used(numbers) || writer.owners.contains_key(&row) {
            stamp.store(ticks.now, Relaxed);
        } else if stamp.load(Relaxed) < ticks.gone_before {
            self.leave(row, self.hash_of(numbers), writer);
        }
    }
}

#[cfg(all(test, not(loom), feature = "testing"))]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::declare::{Declaration, Descriptor, Kind, LabelDescriptor, Source};
    use crate::testing::Scope;
    use crate::update::cell::Storage;
    use crate::update::family::{Shape, Values};
    use crate::update::open::key::Kept;
    use crate::update::poison;

    const MINUTE: Duration = Duration::from_secs(60);

    static FAMILY: Descriptor = {
        let source = Source {
            file: file!(),
            line: line!(),
            package: env!("CARGO_PKG_NAME"),
            module: module_path!(),
        };
        let declared = Declaration::new("", "steps", "Steps.", source);
        let declared = declared.idle(Duration::from_secs(600));
        Descriptor::new(declared, Kind::Counter, &[])
    };

    /// Made, and not yet in use, when the family is gathered.
    #[test]
    fn a_row_that_is_new_has_not_idled_and_one_that_is_old_leaves_though_the_lock_is_poisoned() {
        let scope = Scope::new();
        let combinations = scope.run(|| {
            let shape = Shape::of_cells(1, Storage::Summed);
            let labels = [LabelDescriptor::open("key", 10)];
            Combinations::new(10, &labels, 1, shape, &FAMILY)
        });
        let gather = || {
            scope.clock().advance(MINUTE);
            let _ = combinations.for_each(
                Values {
                    each: 1,
                    marks: false,
                },
                |_, _| {},
                |_| ControlFlow::Continue(()),
            );
        };
        poison(&combinations.idle.as_ref().expect("it idles").ticks);
        (0..30).for_each(|_| gather());
        let texts = vec!["a".to_owned()];
        let found = combinations.get_or_make::<Kept>(&texts);
        gather();
        assert!(combinations.remove::<Kept>(&texts), "it is live");
        drop(found);
        // what is not used for so long leaves, though the lock is poisoned
        assert!(combinations.get_or_make::<Kept>(&texts).is_some());
        (0..12).for_each(|_| gather());
        assert!(!combinations.remove::<Kept>(&texts), "it has left");
    }
}
