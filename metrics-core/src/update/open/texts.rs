//! Texts of all lengths as rows of numbers, read while others come and go: the keys that do not fit into a row.
//! Owned by `combinations`, under whose lock texts are kept and freed.

use std::sync::atomic::Ordering::Relaxed;

use super::rows::Rows;
use crate::update::sync::{AtomicU64, OnceLock};

/// Texts lie in rows of 1, 2, 4, … words; a longer one than the longest row, 32 KiB, is not kept.
const CLASSES: usize = 13;

/// Where a text lies, and its length in words; zero is no text.
///
/// In one number, so that it can be read at once: the class plus one, the row, the length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(u64);

impl Place {
    const ROW_AT: u32 = 24;
    const CLASS_AT: u32 = Self::ROW_AT + u32::BITS;

    fn new(class: usize, row: u32, words: usize) -> Self {
        let class = (class as u64 + 1) << Self::CLASS_AT;
        Self(class | u64::from(row) << Self::ROW_AT | words as u64)
    }

    /// From a number that [`Place::bits`] gave.
    #[inline]
    pub(super) fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(super) fn bits(self) -> u64 {
        self.0
    }

    #[inline]
    fn class(self) -> Option<usize> {
        let class = usize::try_from(self.0 >> Self::CLASS_AT).ok()?;
        class.checked_sub(1)
    }

    #[inline]
    fn row(self) -> u32 {
        // cut off on purpose: above it is the class
        (self.0 >> Self::ROW_AT) as u32
    }

    #[inline]
    pub(super) fn words(self) -> usize {
        (self.0 & ((1 << Self::ROW_AT) - 1)) as usize
    }
}

/// Texts that can be read while others are kept and freed.
#[derive(Debug)]
pub(super) struct Texts {
    classes: [OnceLock<Box<Rows>>; CLASSES],
    /// The most texts of one length.
    most: usize,
}

/// Which rows are in use, in the hands of one thread at a time.
#[derive(Debug, Default)]
pub(super) struct Stock {
    classes: [ClassStock; CLASSES],
}

#[derive(Debug, Default)]
struct ClassStock {
    free: Vec<u32>,
    used: u32,
}

impl Texts {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            classes: std::array::from_fn(|_| OnceLock::new()),
        }
    }

    /// Keeps a text; `None` if it is too long, or there is no memory for it.
    pub(super) fn keep(&self, words: &[u64], stock: &mut Stock) -> Option<Place> {
        let class = words.len().max(1).next_power_of_two().ilog2() as usize;
        let ClassStock { free, used } = stock.classes.get_mut(class)?;
        let rows = self.classes.get(class)?;
        if rows.get().is_none() {
            let _ = rows.set(Box::new(Rows::new(1 << class, self.most)));
        }
        let rows = rows.get()?;
        let row = match free.pop() {
            Some(row) => row,
            None if rows.make(*used) => {
                *used += 1;
                *used - 1
            }
            None => return None,
        };
        for (at, word) in rows.get(row).iter().zip(words) {
            at.store(*word, Relaxed);
        }
        Some(Place::new(class, row, words.len()))
    }

    /// Makes room for another text. Nobody may be reading this one.
    pub(super) fn free(&self, place: Place, stock: &mut Stock) {
        let class = place.class().and_then(|class| stock.classes.get_mut(class));
        if let Some(class) = class {
            class.free.push(place.row());
        }
    }

    /// The words of a text.
    #[inline]
    pub(super) fn words(&self, place: Place) -> &[AtomicU64] {
        let rows = place
            .class()
            .and_then(|class| self.classes.get(class)?.get());
        let words = rows.and_then(|rows| rows.get(place.row()).get(..place.words()));
        words.unwrap_or_default()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(texts: &Texts, place: Place) -> Vec<u64> {
        let kept = texts.words(place).iter();
        kept.map(|word| word.load(Relaxed)).collect()
    }

    #[test]
    fn freed_rows_are_used_again() {
        let (texts, mut stock) = (Texts::new(1000), Stock::default());
        for round in 0..1000 {
            let places = [1, 7, 8, 50, 300].map(|len| {
                let text = vec![round; len];
                let place = texts.keep(&text, &mut stock).expect("it is short");
                assert_eq!(read(&texts, place), text);
                place
            });
            for place in places {
                texts.free(place, &mut stock);
            }
        }
        assert!(
            stock.classes.iter().all(|class| class.used <= 2),
            "{stock:?}"
        );
    }

    #[test]
    fn no_text_and_too_long_a_text() {
        let (texts, mut stock) = (Texts::new(1000), Stock::default());
        assert_eq!(texts.keep(&vec![0; (1 << 12) + 1], &mut stock), None);
        assert!(texts.keep(&vec![0; 1 << 12], &mut stock).is_some());
        assert_eq!(texts.words(Place::from_bits(0)).len(), 0);
        texts.free(Place::from_bits(0), &mut stock);
    }

    proptest! {
        #[test]
        fn what_is_kept_reads_back(
            all in proptest::collection::vec(proptest::collection::vec(any::<u64>(), 0..40), 0..20),
        ) {
            let (texts, mut stock) = (Texts::new(1000), Stock::default());
            let keep = |text: &Vec<u64>| texts.keep(text, &mut stock);
            let places: Vec<Place> = all.iter().filter_map(keep).collect();
            prop_assert_eq!(places.len(), all.len());
            for (text, place) in all.iter().zip(places) {
                prop_assert_eq!(&read(&texts, place), text);
            }
        }
    }
}
