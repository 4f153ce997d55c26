//! Messages that a constant puts together, to say what it found and where.
//! Only `check` shows them, when it stops the compilation.

/// The longest message, in bytes.
const MAX_LEN: usize = 512;

/// A text that a `const` can build from parts.
#[derive(Clone, Copy)]
pub(super) struct Message {
    bytes: [u8; MAX_LEN],
    len: usize,
}

impl Message {
    /// The parts, one after the other. One for which there is no room is left out.
    pub(super) const fn of(parts: &[&str]) -> Self {
        let mut message = Self {
            bytes: [0; MAX_LEN],
            len: 0,
        };
        let mut i = 0;
        while i < parts.len() {
            message = message.push(parts[i].as_bytes());
            i += 1;
        }
        message
    }

    /// The same with one more.
    pub(super) const fn and(self, part: &str) -> Self {
        self.push(part.as_bytes())
    }

    const fn push(mut self, part: &[u8]) -> Self {
        if self.len + part.len() > MAX_LEN {
            return self;
        }
        let mut i = 0;
        while i < part.len() {
            self.bytes[self.len] = part[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    pub(super) const fn as_str(&self) -> &str {
        let (used, _) = self.bytes.split_at(self.len);
        match core::str::from_utf8(used) {
            Ok(text) => text,
            // every part was a whole `str`
            Err(_) => "",
        }
    }
}

/// Whether two texts are the same, which `==` cannot say in a constant.
pub(super) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_one_after_the_other() {
        assert_eq!(Message::of(&["a", "", "é`"]).as_str(), "aé`");
        let long = "é".repeat(MAX_LEN);
        assert_eq!(Message::of(&["a", &long, "b"]).as_str(), "ab");
    }

    #[test]
    fn texts_are_compared_as_a_whole() {
        assert!(same("", "") && same("ab", "ab"));
        assert!(!same("ab", "aa") && !same("ab", "abc") && !same("ab", "a"));
    }
}
