//! Messages that a constant puts together, to say what it found and where.
//! Only `check` shows them, when it stops the compilation.

/// The longest message, in bytes.
const MAX_LEN: usize = 1024;

/// A text that a `const` can build from parts.
#[derive(Clone, Copy)]
pub(super) struct Message {
    bytes: [u8; MAX_LEN],
    len: usize,
}

impl Message {
    /// The parts, one after the other. One for which there is no room is left out.
    pub(super) const fn of(parts: &[&str]) -> Self {
        let nothing = Self {
            bytes: [0; MAX_LEN],
            len: 0,
        };
        nothing.and(parts)
    }

    /// The same and a number, with nine decimals at most.
    pub(super) const fn and_number(self, number: f64) -> Self {
        // the whole part has to fit into an integer
        if number.is_nan() || number.abs() >= 1e15 {
            return self.push("…".as_bytes());
        }
        let sign: &[u8] = if number < 0.0 { b"-" } else { b"" };
        let mut whole = number.abs() as u64;
        let mut billionths = ((number.abs() - whole as f64) * 1e9 + 0.5) as u64;
        if billionths >= 1_000_000_000 {
            whole += 1;
            billionths = 0;
        }
        let message = self.push(sign).and_digits(whole, 1);
        if billionths == 0 {
            return message;
        }
        let mut decimals = 9;
        while billionths.is_multiple_of(10) {
            billionths /= 10;
            decimals -= 1;
        }
        message.push(b".").and_digits(billionths, decimals)
    }

    const fn and_digits(self, number: u64, at_least: u32) -> Self {
        let digit = b'0' + (number % 10) as u8;
        let message = if number >= 10 || at_least > 1 {
            self.and_digits(number / 10, at_least.saturating_sub(1))
        } else {
            self
        };
        message.push(&[digit])
    }

    /// The same and these parts.
    pub(super) const fn and(mut self, parts: &[&str]) -> Self {
        let mut i = 0;
        while i < parts.len() {
            self = self.push(parts[i].as_bytes());
            i += 1;
        }
        self
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

/// Whether a text is among others.
pub(super) const fn one_of(word: &str, words: &[&str]) -> bool {
    let mut i = 0;
    while i < words.len() {
        if same(word, words[i]) {
            return true;
        }
        i += 1;
    }
    false
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
    fn numbers_are_written_as_people_write_them() {
        for (number, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (0.25, "0.25"),
            (0.1 + 0.2, "0.3"),
            (0.005, "0.005"),
            (1e-9, "0.000000001"),
            (2.999_999_999_99, "3"),
            (250.0, "250"),
            (-1.5, "-1.5"),
            (1_048_576.0, "1048576"),
            (1e300, "…"),
            (f64::NAN, "…"),
        ] {
            assert_eq!(
                Message::of(&["="]).and_number(number).as_str(),
                format!("={text}")
            );
        }
    }

    #[test]
    fn texts_are_compared_as_a_whole() {
        assert!(same("", "") && same("ab", "ab"));
        assert!(!same("ab", "aa") && !same("ab", "abc") && !same("ab", "a"));
    }
}
