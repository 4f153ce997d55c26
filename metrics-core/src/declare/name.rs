//! Family names: the rules of the exposition format, and how a name is built while compiling.
//! The derive checks spelling where it has spans; what depends on a field's type is built here.

use super::Kind;

/// The longest family name, in bytes. Prometheus sets no limit; tools that show names do.
pub const MAX_NAME_LEN: usize = 128;

/// A family name held inline, so that a `const` can build it from parts, in generic types too.
#[derive(Clone, Copy)]
pub struct Name {
    bytes: [u8; MAX_NAME_LEN],
    len: usize,
}

impl Name {
    /// `prefix_name_unit_total`: the prefix and the unit where they are given, `_total` for a counter and
    /// `_info` for an info, each suffix only where the name does not carry it already.
    ///
    /// # Panics
    ///
    /// While compiling, if the name is longer than [`MAX_NAME_LEN`].
    pub const fn build(prefix: &str, name: &str, unit: &str, kind: Kind) -> Self {
        let mut built = Self {
            bytes: [0; MAX_NAME_LEN],
            len: 0,
        };
        if !prefix.is_empty() {
            built = built.push(prefix.as_bytes()).push(b"_");
        }
        let (stem, total) = match name.as_bytes() {
            [stem @ .., b'_', b't', b'o', b't', b'a', b'l'] => (stem, true),
            stem => (stem, false),
        };
        built = built.push(stem);
        if !unit.is_empty() && !ends_with_word(stem, unit.as_bytes()) {
            built = built.push(b"_").push(unit.as_bytes());
        }
        if total {
            built = built.push(b"_total");
        }
        // a unit may stand behind what looked like the suffix, so the whole is asked
        let suffix = kind.suffix().as_bytes();
        if let [b'_', word @ ..] = suffix
            && (built.len <= suffix.len() || !ends_with_word(built.as_str().as_bytes(), word))
        {
            built = built.push(suffix);
        }
        built
    }

    /// `name` as it is, with nothing added.
    ///
    /// # Panics
    ///
    /// While compiling, if the name is longer than [`MAX_NAME_LEN`].
    pub const fn verbatim(name: &str) -> Self {
        let built = Self {
            bytes: [0; MAX_NAME_LEN],
            len: 0,
        };
        built.push(name.as_bytes())
    }

    const fn push(mut self, text: &[u8]) -> Self {
        assert!(
            self.len + text.len() <= MAX_NAME_LEN,
            "the family name, with prefix and suffixes, is longer than 128 bytes: shorten it"
        );
        let mut i = 0;
        while i < text.len() {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    /// The name as text.
    pub const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.as_bytes()) {
            Ok(text) => text,
            // every push was a whole `str`
            Err(_) => "",
        }
    }

    /// The same, without the look at each byte, which takes a compiler long.
    pub(super) const fn as_bytes(&self) -> &[u8] {
        self.bytes.split_at(self.len).0
    }
}

impl core::fmt::Debug for Name {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Whether `text` is `word`, or ends in `_word`.
pub(super) const fn ends_with_word(text: &[u8], word: &[u8]) -> bool {
    if text.len() < word.len() {
        return false;
    }
    let start = text.len() - word.len();
    let mut i = 0;
    while i < word.len() {
        if text[start + i] != word[i] {
            return false;
        }
        i += 1;
    }
    start == 0 || text[start - 1] == b'_'
}

/// `[a-zA-Z_:][a-zA-Z0-9_:]*`, of at most [`MAX_NAME_LEN`] bytes: the text format's metric names.
pub(crate) fn is_metric_name(name: &str) -> bool {
    name.len() <= MAX_NAME_LEN && is_word(name, |c| c == b':')
}

/// `[a-zA-Z_][a-zA-Z0-9_]*`: the text format's label names, reserved ones among them.
pub(crate) fn is_label_name(name: &str) -> bool {
    is_word(name, |_| false)
}

fn is_word(text: &str, also: impl Fn(u8) -> bool) -> bool {
    let letter = |c: u8| c.is_ascii_alphabetic() || c == b'_' || also(c);
    match text.as_bytes() {
        [] => false,
        [first, rest @ ..] => {
            letter(*first) && rest.iter().all(|c| letter(*c) || c.is_ascii_digit())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(prefix: &str, name: &str, unit: &str, kind: Kind) -> String {
        Name::build(prefix, name, unit, kind).as_str().to_owned()
    }

    #[test]
    fn suffixes_are_added_only_where_absent() {
        assert_eq!(built("app", "hits", "", Kind::Counter), "app_hits_total");
        assert_eq!(built("", "hits_total", "", Kind::Counter), "hits_total");
        assert_eq!(
            built("", "sent", "bytes", Kind::Counter),
            "sent_bytes_total"
        );
        assert_eq!(
            built("", "sent_bytes", "bytes", Kind::Counter),
            "sent_bytes_total"
        );
        assert_eq!(
            built("", "bytes_total", "bytes", Kind::Counter),
            "bytes_total"
        );
        assert_eq!(
            built("", "latency", "seconds", Kind::Histogram),
            "latency_seconds"
        );
        assert_eq!(
            built("", "kilobytes", "bytes", Kind::Gauge),
            "kilobytes_bytes"
        );
        assert_eq!(built("", "depth", "", Kind::Gauge), "depth");
        assert_eq!(built("app", "build", "", Kind::Info), "app_build_info");
        assert_eq!(built("", "build_info", "", Kind::Info), "build_info");
        assert_eq!(built("build", "info", "", Kind::Info), "build_info");
        assert_eq!(built("", "info", "", Kind::Info), "info_info");
        assert_eq!(built("", "x_info", "", Kind::Counter), "x_info_total");
    }

    #[test]
    fn names_follow_the_format() {
        assert!(is_metric_name("a:b_1") && is_label_name("_a1"));
        for bad in ["", "1a", "a-b", "é", "a b"] {
            assert!(!is_metric_name(bad) && !is_label_name(bad), "{bad:?}");
        }
        assert!(!is_label_name("a:b"));
        assert!(!is_metric_name(&"a".repeat(MAX_NAME_LEN + 1)));
    }
}
