//! From a hash to the slots that may have it: read without a lock, written under that of `combinations`.
//!
//! Words in open addressing with linear probing. What is removed leaves no trace: those behind it move up. So a
//! reader can miss what is being moved; it sees by the version that it may have, and looks again under the lock.

use std::sync::atomic::Ordering::SeqCst;

use crate::update::sync::{AtomicU64, OnceLock, load_own, zeroed};

/// Words of the first level; each level has twice as many as the one before.
#[cfg(not(all(loom, test)))]
const FIRST: usize = 16;
#[cfg(all(loom, test))]
const FIRST: usize = 8;

/// With these, there is a place for every slot that a `u32` can count.
const LEVELS: usize = 29;

/// Words are the tag of a hash above, a slot plus one below; zero is none.
///
/// Every access to words and version is `SeqCst`, of which only writers feel anything on common machines: what was
/// removed is not found by those who begin to look afterwards (see `cell::looking`).
#[derive(Debug)]
pub(super) struct Index {
    levels: [OnceLock<Box<[AtomicU64]>>; LEVELS],
    /// The level in use; those below are zero, and stay for readers who are late.
    level: AtomicU64,
    /// Odd while words move.
    version: AtomicU64,
}

/// What an index was like when somebody began to look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Version(u64);

impl Index {
    pub(super) fn new() -> Self {
        Self {
            levels: std::array::from_fn(|_| OnceLock::new()),
            level: AtomicU64::new(0),
            version: AtomicU64::new(0),
        }
    }

    #[inline]
    pub(super) fn version(&self) -> Version {
        Version(self.version.load(SeqCst))
    }

    /// Whether nothing has moved since, so that what was not found is not there.
    #[inline]
    pub(super) fn is_still(&self, version: Version) -> bool {
        version.0.is_multiple_of(2) && self.version.load(SeqCst) == version.0
    }

    /// What `try_slot` makes of the first slot with this hash that it takes.
    #[inline]
    pub(super) fn find<T>(
        &self,
        hash: u64,
        mut try_slot: impl FnMut(u32) -> Option<T>,
    ) -> Option<T> {
        let words = self.words();
        let (before, from_home) = words.split_at_checked(home(tag(hash), words.len()))?;
        for word in from_home.iter().chain(before) {
            let word = word.load(SeqCst);
            let slot = slot(word)?;
            if tag_of(word) == tag(hash)
                && let Some(found) = try_slot(slot)
            {
                return Some(found);
            }
        }
        None
    }

    /// Adds a slot, of which there are `others` besides; `false` if there is no memory for it.
    pub(super) fn insert(&self, hash: u64, slot: u32, others: usize) -> bool {
        // half full, a look-up that succeeds reads 1.5 words on average, one that fails 2.5 (Knuth, TAOCP 6.4)
        if (others + 1) * 2 > self.own_words().len() && !self.grow() {
            return false;
        }
        put(
            self.own_words(),
            tag(hash) << u32::BITS | (u64::from(slot) + 1),
        );
        true
    }

    /// Takes a slot out.
    pub(super) fn remove(&self, hash: u64, slot: u32) {
        let words = self.own_words();
        let len = words.len();
        let word = tag(hash) << u32::BITS | (u64::from(slot) + 1);
        let mut hole = home(tag(hash), len);
        for _ in 0..len {
            match load_own(&words[hole]) {
                0 => return,
                found if found == word => break,
                _ => hole = after(hole, len),
            }
        }
        self.version.fetch_add(1, SeqCst);
        let mut at = after(hole, len);
        for _ in 0..len {
            let moved = load_own(&words[at]);
            if moved == 0 {
                break;
            }
            // how far it is from its home, and from the hole: it moves up if it may lie there
            let from = |start: usize| (at + len - start) % len;
            if from(home(tag_of(moved), len)) >= from(hole) {
                words[hole].store(moved, SeqCst);
                hole = at;
            }
            at = after(at, len);
        }
        words[hole].store(0, SeqCst);
        self.version.fetch_add(1, SeqCst);
    }

    /// The words in use; none at first.
    #[inline]
    fn words(&self) -> &[AtomicU64] {
        self.level_words(self.level.load(SeqCst))
    }

    /// The same, for who may write them.
    fn own_words(&self) -> &[AtomicU64] {
        self.level_words(load_own(&self.level))
    }

    #[inline]
    fn level_words(&self, level: u64) -> &[AtomicU64] {
        let words = self.levels.get(level as usize).and_then(OnceLock::get);
        words.map_or(&[], |words| words)
    }

    fn grow(&self) -> bool {
        let old = self.own_words();
        let level = if old.is_empty() {
            0
        } else {
            load_own(&self.level) + 1
        };
        let place = self.levels.get(level as usize);
        let (Some(place), Some(words)) = (place, zeroed(FIRST << level)) else {
            return false;
        };
        for word in old {
            let word = load_own(word);
            if word != 0 {
                put(&words, word);
            }
        }
        self.version.fetch_add(1, SeqCst);
        let _ = place.set(words);
        self.level.store(level, SeqCst);
        // who is late must not find in them what is removed from now on
        for word in old {
            word.store(0, SeqCst);
        }
        self.version.fetch_add(1, SeqCst);
        true
    }
}

/// Stores a word in the first free place from its home on.
fn put(words: &[AtomicU64], word: u64) {
    let mut at = home(tag_of(word), words.len());
    while load_own(&words[at]) != 0 {
        at = after(at, words.len());
    }
    words[at].store(word, SeqCst);
}

#[inline]
fn tag(hash: u64) -> u64 {
    hash >> u32::BITS
}

#[inline]
fn tag_of(word: u64) -> u64 {
    word >> u32::BITS
}

#[inline]
fn slot(word: u64) -> Option<u32> {
    // cut off on purpose: above it is the tag
    (word as u32).checked_sub(1)
}

/// Where the search for a tag begins.
#[inline]
fn home(tag: u64, len: usize) -> usize {
    // the length is a power of two; without words there is no place
    tag as usize & len.wrapping_sub(1)
}

#[inline]
fn after(at: usize, len: usize) -> usize {
    // the length is a power of two
    (at + 1) & (len - 1)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// With few hashes, so that many are the same or neighbours.
        #[test]
        fn it_is_a_map(steps in proptest::collection::vec((any::<bool>(), 0..60_u64), 0..300)) {
            let spread = |n: u64| (n % 20).wrapping_mul(0x1357_9bdf_0246_8ace);
            let (index, mut model) = (Index::new(), BTreeMap::new());
            for (add, n) in steps {
                let slot = n as u32;
                if add && !model.contains_key(&slot) {
                    prop_assert!(index.insert(spread(n), slot, model.len()));
                    model.insert(slot, spread(n));
                } else if !add && let Some(hash) = model.remove(&slot) {
                    index.remove(hash, slot);
                }
                for slot in 0..60 {
                    let found = index.find(spread(u64::from(slot)), |found| (found == slot).then_some(()));
                    prop_assert_eq!(found.is_some(), model.contains_key(&slot));
                }
            }
        }
    }

    #[test]
    fn a_version_tells_what_has_moved() {
        let index = Index::new();
        assert!(index.insert(7 << 32, 7, 0));
        let version = index.version();
        assert!(index.insert(8 << 32, 8, 1));
        assert!(index.is_still(version), "a word that is new moves no other");
        index.remove(7 << 32, 7);
        assert!(!index.is_still(version));
    }
}
