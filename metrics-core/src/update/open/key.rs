//! What a combination is found by: the texts of its open values, as words that are compared eight bytes at once.

use std::sync::atomic::Ordering::Relaxed;

use crate::declare::LabelSet;
use crate::update::sync::AtomicU64;

/// A key of so many words fits into a row: two or three short texts.
pub(super) const FITS: usize = 6;

/// So many texts fit into a row, if they are short.
const FITTING_TEXTS: u32 = 3;

/// The bits of a state that hold the length of one text.
const LEN: u32 = 16;

/// A row that has been removed keeps its key until nobody can read it; this bit of its state hides it.
pub(super) const REMOVED: u64 = 1 << 63;

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

#[cfg(all(test, not(loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::declare::LabelDescriptor;

    /// As many open labels as there are texts.
    struct Texts;

    impl LabelSet for Texts {
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

    fn atomics(words: &[u64]) -> Vec<AtomicU64> {
        words.iter().map(|word| AtomicU64::new(*word)).collect()
    }

    #[test]
    fn long_keys_do_not_fit() {
        let texts = |texts: &[&str]| texts.iter().map(|text| String::from(*text)).collect();
        let fitting: Vec<String> = texts(&["customer-1234567", "region-1", "é"]);
        let (state, words) = short::<Texts>(&fitting).expect("four words");
        assert!(fits(state) && !fits(state | REMOVED));
        assert!(is_short::<Texts>(&fitting, state, &atomics(&words)));
        let many: Vec<String> = texts(&["a", "b", "c", "d"]);
        assert_eq!(short::<Texts>(&many), None);
        let long_text: Vec<String> = texts(&["0123456789012345678901234567890123456789012345678"]);
        assert_eq!(short::<Texts>(&long_text), None);
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
            if let Some((state, words)) = short::<Texts>(&a) {
                let words = atomics(&words);
                prop_assert!(is_short::<Texts>(&a, state, &words));
                prop_assert_eq!(is_short::<Texts>(&b, state, &words), a == b);
            }
            let words = atomics(&long::<Texts>(&a));
            prop_assert!(is_long::<Texts>(&a, &words));
            prop_assert_eq!(is_long::<Texts>(&b, &words), a == b);
        }
    }
}
