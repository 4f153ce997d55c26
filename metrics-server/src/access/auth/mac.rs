//! What is kept of credentials for comparing: a code of each under a key that this process alone has. Two codes are
//! compared in a time that tells nothing of them, and whoever reads the memory has no password and no token.

use std::fmt;

use hmac::digest::CtOutput;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The key of a process. A clone is the same.
#[derive(Clone)]
pub(super) struct Key(Hmac<Sha256>);

impl Key {
    /// A new key.
    pub(super) fn random() -> Result<Self, String> {
        let mut key = [0; 64];
        match getrandom::fill(&mut key) {
            Ok(()) => Ok(Self(Hmac::new(&key.into()))),
            Err(error) => Err(format!("the system gives no random bytes: {error}")),
        }
    }

    /// The code of these parts, each as long as it is: `ab`, `c` is not `a`, `bc`.
    pub(super) fn code(&self, parts: &[&[u8]]) -> Code {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        Code(mac.finalize())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// A code of a [`Key`]. It is compared by [`is`](Code::is), never by its bytes.
#[derive(Clone, Debug)]
pub(super) struct Code(CtOutput<Hmac<Sha256>>);

impl Code {
    /// Whether both are of the same. [`CtOutput`] compares all bytes, whichever differ.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    /// Whether it is one of these: all are compared, whichever it is.
    pub(super) fn is_among<'c>(&self, codes: impl IntoIterator<Item = &'c Self>) -> bool {
        let compared = codes.into_iter().map(|code| self.is(code));
        compared.fold(false, |found, is| found | is)
    }

    /// One of `count` places, which nobody without the key can foretell.
    pub(super) fn place_among(&self, count: usize) -> Option<usize> {
        let [a, b, c, d, ..] = *self.0.as_bytes().as_slice() else {
            return None;
        };
        let drawn = u32::from_be_bytes([a, b, c, d]) as usize;
        drawn.checked_rem(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_of_its_parts_and_its_key() {
        let key = Key::random().expect("a key");
        let code = key.code(&[b"ab", b"c"]);
        assert!(code.is(&key.code(&[b"ab", b"c"])));
        assert!(!code.is(&key.code(&[b"a", b"bc"])));
        assert!(!code.is(&key.code(&[b"abc"])));
        assert!(!code.is(&Key::random().expect("a key").code(&[b"ab", b"c"])));
    }

    #[test]
    fn all_are_compared_whichever_it_is() {
        let key = Key::random().expect("a key");
        let codes = ["a", "b", "c"].map(|text| key.code(&[text.as_bytes()]));
        for text in ["a", "b", "c", "d"] {
            let mut compared = 0;
            let counted = codes.iter().inspect(|_| compared += 1);
            let found = key.code(&[text.as_bytes()]).is_among(counted);
            assert_eq!((found, compared), (text != "d", 3), "{text}");
        }
    }

    #[test]
    fn nothing_shows_a_key_or_a_code() {
        let key = Key::random().expect("a key");
        let code = key.code(&[b"open sesame"]);
        assert_eq!(
            format!("{key:?} {code:?}"),
            "[secret] Code(CtOutput { ... })"
        );
    }
}
