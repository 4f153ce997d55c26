//! Label text: rendered once when a child is made, copied into every exposition, and read back as pairs.
//! The escaping is that of label values in the text format; the encoders build on it.

use std::borrow::Cow;

/// Appends `name="value"` to `text`, after a comma where something stands there already.
pub(crate) fn push_label(text: &mut String, name: &str, value: &str) {
    if !text.is_empty() {
        text.push(',');
    }
    text.push_str(name);
    text.push_str("=\"");
    for c in value.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            c => text.push(c),
        }
    }
    text.push('"');
}

/// The labels of one series, rendered as the text format has them: `a="1",b="2"`, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Labels<'a>(&'a str);

impl<'a> Labels<'a> {
    /// No labels.
    pub const NONE: Labels<'static> = Labels("");

    pub(crate) const fn rendered(text: &'a str) -> Self {
        Self(text)
    }

    /// The rendered text, without braces.
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// The pairs of name and plain value, in order.
    pub const fn pairs(self) -> LabelPairs<'a> {
        LabelPairs { rest: self.0 }
    }
}

/// Label text that a metric type of your own builds, to hand it out as [`Labels`].
///
/// ```
/// use metrics_core::LabelText;
///
/// let mut text = LabelText::default();
/// text.push("path", "C:\\temp");
/// assert_eq!(text.labels().as_str(), r#"path="C:\\temp""#);
/// ```
#[derive(Clone, Debug, Default)]
pub struct LabelText(String);

impl LabelText {
    /// Adds a label; the value is escaped, the name must be a label name.
    pub fn push(&mut self, name: &str, value: &str) {
        push_label(&mut self.0, name, value);
    }

    /// Adds labels that are rendered already.
    pub(super) fn push_rendered(&mut self, more: Labels<'_>) {
        if !self.0.is_empty() && !more.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(more.0);
    }

    /// What was built so far.
    pub fn labels(&self) -> Labels<'_> {
        Labels(&self.0)
    }
}

/// The pairs of some [`Labels`], in order, each value as it was before it was escaped.
#[derive(Clone, Debug)]
pub struct LabelPairs<'a> {
    rest: &'a str,
}

impl<'a> Iterator for LabelPairs<'a> {
    type Item = (&'a str, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        // byte by byte: names and values are short, and the searches of the standard library are made for long texts
        let bytes = self.rest.as_bytes();
        let equals = bytes.iter().position(|byte| *byte == b'=')?;
        let (name, rest) = (&self.rest[..equals], self.rest.get(equals + 2..)?);
        let special = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\'))?;
        let is_plain = rest.as_bytes()[special] == b'"';
        let end = if is_plain {
            special
        } else {
            closing_quote(rest)?
        };
        let value = &rest[..end];
        self.rest = rest[end + 1..].strip_prefix(',').unwrap_or("");
        let value = if is_plain {
            Cow::Borrowed(value)
        } else {
            Cow::Owned(unescaped(value))
        };
        Some((name, value))
    }
}

/// Where the first quote stands that no backslash escapes.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

fn unescaped(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match if c == '\\' { chars.next() } else { Some(c) } {
            Some('n') if c == '\\' => plain.push('\n'),
            Some(c) => plain.push(c),
            None => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_three_characters_are_escaped() {
        let mut text = String::new();
        push_label(&mut text, "a", "q\" b\\ n\n t\t é");
        assert_eq!(text, "a=\"q\\\" b\\\\ n\\n t\t é\"");
    }

    proptest! {
        #[test]
        fn pairs_read_back_what_was_rendered(values in proptest::collection::vec(".*", 0..4)) {
            let mut text = String::new();
            for value in &values {
                push_label(&mut text, "l", value);
            }
            let read: Vec<_> = Labels::rendered(&text).pairs().map(|(_, v)| v.into_owned()).collect();
            prop_assert_eq!(read, values);
        }
    }
}
