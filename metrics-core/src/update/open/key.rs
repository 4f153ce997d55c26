//! What a combination is found by: the texts of its open values, as words that are compared eight bytes at once.

use std::sync::atomic::Ordering::Relaxed;

use crate::declare::{LabelDescriptor, LabelSet};
use crate::update::sync::AtomicU64;

/// A key of so many words fits into a row: two or three short texts.
pub(super) const FITS: usize = 6;

/// So many texts fit into a row, if they are short.
const FITTING_TEXTS: u32 = 3;

/// The bits of a state that hold the length of one text.
const LEN: u32 = 16;

/// A row that has been removed keeps its key until nobody can read it; this bit of its state hides it.
pub(super) const REMOVED: u64 = 1 << 63;

/// A row that has been removed, and is not shown any more.
pub(super) const GONE: u64 = 1 << 61;

/// The state of a row with its key in it has this bit, and the lengths of the texts; that of another is the place of
/// its key among the texts.
const IN_ROW: u64 = 1 << 62;

/// Whether this is the state of a live row with the key in it.
#[inline]
pub(super) fn fits(state: u64) -> bool {
    state & (IN_ROW | REMOVED) == IN_ROW
}

/// The state and the words of a key that fits: of each text the whole words, and if there is a rest, its last eight
/// bytes, or what there is. With the lengths known, these are the text.
pub(super) fn short<L: LabelSet>(labels: &L::Borrowed<'_>) -> Option<(u64, [u64; FITS])> {
    let (mut words, mut len) = ([0; FITS], 0);
    let (mut state, mut texts) = (IN_ROW, 0);
    L::open_values(labels, &mut |text| {
        state |= (text.len() as u64) << (texts * LEN).min(LEN * FITTING_TEXTS);
        texts += 1;
        let (whole, rest) = text.as_bytes().as_chunks();
        let whole = whole.iter().map(|word| u64::from_le_bytes(*word));
        let rest = (!rest.is_empty()).then(|| last_word(text.as_bytes()));
        for word in whole.chain(rest) {
            if let Some(place) = words.get_mut(len) {
                *place = word;
            }
            len += 1;
        }
    });
    // what fits is so short that its length fits too
    (texts <= FITTING_TEXTS && len <= FITS).then_some((state, words))
}

/// Whether a key that fits is that of these labels.
#[inline]
pub(super) fn is_short<L: LabelSet>(
    labels: &L::Borrowed<'_>,
    state: u64,
    words: &[AtomicU64],
) -> bool {
    let (mut lengths, mut left, mut same) = (state, words, true);
    L::open_values(labels, &mut |text| {
        same = same && lengths & u64::from(u16::MAX) == text.len() as u64;
        lengths >>= LEN;
        if same {
            same = take(&mut left, text.as_bytes()).is_some();
        }
    });
    same
}

/// Takes the words of a text off the front, if they are these.
#[inline]
fn take(words: &mut &[AtomicU64], text: &[u8]) -> Option<()> {
    let mut rest = text;
    while let Some((word, others)) = rest.split_first_chunk() {
        take_word(words, u64::from_le_bytes(*word))?;
        rest = others;
    }
    if rest.is_empty() {
        return Some(());
    }
    take_word(words, last_word(text))
}

#[inline]
fn take_word(words: &mut &[AtomicU64], word: u64) -> Option<()> {
    let (own, others) = words.split_first()?;
    *words = others;
    (own.load(Relaxed) == word).then_some(())
}

/// The last eight bytes of a text, or all of it and zeros.
#[inline]
fn last_word(text: &[u8]) -> u64 {
    if let Some(last) = text.last_chunk() {
        return u64::from_le_bytes(*last);
    }
    let mut word = 0;
    for byte in text.iter().rev() {
        word = word << 8 | u64::from(*byte);
    }
    word
}

/// The words of any key. No two keys have the same: each text ends in a byte that UTF-8 does not have.
pub(super) fn long<L: LabelSet>(labels: &L::Borrowed<'_>) -> Vec<u64> {
    let mut bytes = Vec::new();
    L::open_values(labels, &mut |text| {
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(0xff);
    });
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let words = bytes.as_chunks().0.iter();
    words.map(|word| u64::from_le_bytes(*word)).collect()
}

/// Whether a key that does not fit is that of these labels.
#[cold]
pub(super) fn is_long<L: LabelSet>(labels: &L::Borrowed<'_>, words: &[AtomicU64]) -> bool {
    let mut bytes = words
        .iter()
        .flat_map(|word| word.load(Relaxed).to_le_bytes());
    let mut same = true;
    L::open_values(labels, &mut |text| {
        let mut text = text.bytes().chain([0xff]);
        same = same && text.all(|byte| bytes.next() == Some(byte));
    });
    same && bytes.all(|byte| byte == 0)
}

/// The texts of a key that fits, and empty ones after them.
pub(super) fn short_texts(state: u64, words: &[AtomicU64]) -> Vec<String> {
    let mut words = words.iter().map(|word| word.load(Relaxed).to_le_bytes());
    let texts = (0..FITTING_TEXTS).map(|text| {
        let len = (state >> (text * LEN)) as usize & usize::from(u16::MAX);
        let whole = len / 8;
        let mut bytes: Vec<u8> = words.by_ref().take(whole).flatten().collect();
        let missing = len - bytes.len();
        if missing > 0 {
            let last = words.next().unwrap_or_default();
            // after a whole word the last one repeats the end of that
            let skipped = if whole == 0 { 0 } else { 8 - missing };
            bytes.extend(last.iter().skip(skipped).take(missing));
        }
        String::from_utf8(bytes).unwrap_or_default()
    });
    texts.collect()
}

/// The texts of a key that does not fit.
pub(super) fn long_texts(words: &[AtomicU64]) -> Vec<String> {
    let bytes = words
        .iter()
        .flat_map(|word| word.load(Relaxed).to_le_bytes());
    let bytes: Vec<u8> = bytes.collect();
    let texts = bytes.split_inclusive(|byte| *byte == 0xff);
    let texts = texts.filter_map(|text| text.strip_suffix(&[0xff]));
    let texts = texts.map(|text| String::from_utf8(text.to_vec()).unwrap_or_default());
    texts.collect()
}

/// Open values as they were when somebody asked for them, once. A type of a user's need not give the same text twice,
/// and may panic; so what is looked up under the lock, and kept, is a copy.
pub(super) struct Kept;

impl Kept {
    /// A copy of the open values of these labels.
    pub(super) fn of<L: LabelSet>(labels: &L::Borrowed<'_>) -> Vec<String> {
        let mut texts = Vec::new();
        L::open_values(labels, &mut |text| texts.push(String::from(text)));
        texts
    }
}

impl LabelSet for Kept {
    type Borrowed<'q> = Vec<String>;
    type Builder = ();
    const LABELS: &'static [LabelDescriptor] = &[];

    fn finite_index(_: &Vec<String>) -> usize {
        0
    }

    fn open_values(texts: &Vec<String>, visit: &mut impl FnMut(&str)) {
        texts.iter().for_each(|text| visit(text));
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn atomics(words: &[u64]) -> Vec<AtomicU64> {
        words.iter().map(|word| AtomicU64::new(*word)).collect()
    }

    #[test]
    fn long_keys_do_not_fit() {
        let texts = |texts: &[&str]| texts.iter().map(|text| String::from(*text)).collect();
        let fitting: Vec<String> = texts(&["customer-1234567", "region-1", "é"]);
        let (state, words) = short::<Kept>(&fitting).expect("four words");
        assert!(fits(state) && !fits(state | REMOVED));
        assert!(is_short::<Kept>(&fitting, state, &atomics(&words)));
        let many: Vec<String> = texts(&["a", "b", "c", "d"]);
        assert_eq!(short::<Kept>(&many), None);
        let long_text: Vec<String> = texts(&["0123456789012345678901234567890123456789012345678"]);
        assert_eq!(short::<Kept>(&long_text), None);
    }

    proptest! {
        #[test]
        fn a_key_is_that_of_its_own_texts_alone(
            // a family has as many texts in every key
            pairs in proptest::collection::vec(("[ab\u{0}]{0,17}", "[ab\u{0}]{0,2}", any::<bool>()), 0..5),
        ) {
            let a: Vec<String> = pairs.iter().map(|(a, ..)| a.clone()).collect();
            let other = |(a, b, same): &(String, String, bool)| if *same { a.clone() } else { format!("{b}{a}") };
            let b: Vec<String> = pairs.iter().map(other).collect();
            if let Some((state, words)) = short::<Kept>(&a) {
                let words = atomics(&words);
                prop_assert!(is_short::<Kept>(&a, state, &words));
                let mut all = a.clone();
                all.resize(FITTING_TEXTS as usize, String::new());
                prop_assert_eq!(short_texts(state, &words), all);
                prop_assert_eq!(is_short::<Kept>(&b, state, &words), a == b);
            }
            let words = atomics(&long::<Kept>(&a));
            prop_assert!(is_long::<Kept>(&a, &words));
            prop_assert_eq!(is_long::<Kept>(&b, &words), a == b);
            prop_assert_eq!(long_texts(&words), a);
        }
    }
}
