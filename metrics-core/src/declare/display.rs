//! Types of a user's with a `Display`, as open labels: formatted into a buffer on the stack if they are short.
//! Expansions of `#[label(open, display, …)]` call it; to a family it is text like any other.

use std::fmt::{self, Display, Write};

/// Longer texts are put together in a `String`.
const SHORT: usize = 64;

/// A type that `#[label(open, display, max = N)]` fits: one with a `Display`, or an `Option` of one. `Kind` says which of
/// the two, so that they are not one implementation twice.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an open label by its `Display`",
    label = "no `Display`, and no `Option` of a type that has it",
    note = "implement `std::fmt::Display` or `metrics_core::OpenLabel` for it; for the latter leave out `display`"
)]
pub trait DisplayLabel<Kind> {
    /// Calls `use_text` with the label value: what the `Display` writes, until it fails if it does.
    fn with_text<R>(&self, use_text: impl FnOnce(&str) -> R) -> R;
}

/// Any type with a `Display`.
#[derive(Debug)]
pub struct Displayed;

/// An `Option` of such a type.
#[derive(Debug)]
pub struct DisplayedIfAny;

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> DisplayLabel<Displayed> for T {
    fn with_text<R>(&self, use_text: impl FnOnce(&str) -> R) -> R {
        let mut text = Text::new();
        // a `Display` should not fail where writing does not; if it does, the caller has metrics all the same
        let _ = write!(text, "{self}");
        use_text(text.as_str())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display> DisplayLabel<DisplayedIfAny> for Option<T> {
    fn with_text<R>(&self, use_text: impl FnOnce(&str) -> R) -> R {
        match self {
            Some(value) => value.with_text(use_text),
            None => use_text(""),
        }
    }
}

/// A text on the stack, or on the heap from where it does not fit.
struct Text {
    short: [u8; SHORT],
    len: usize,
    /// All of it, as soon as it is too long.
    long: String,
}

impl Text {
    fn new() -> Self {
        Self {
            short: [0; SHORT],
            len: 0,
            long: String::new(),
        }
    }

    fn as_str(&self) -> &str {
        if !self.long.is_empty() {
            return &self.long;
        }
        let short = self.short.get(..self.len).unwrap_or_default();
        // every part was a whole `str`
        std::str::from_utf8(short).unwrap_or_default()
    }
}

impl Write for Text {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let end = self.len + part.len();
        let room = self.short.get_mut(self.len..end);
        if let Some(room) = room.filter(|_| self.long.is_empty()) {
            room.copy_from_slice(part.as_bytes());
            self.len = end;
            return Ok(());
        }
        if self.long.is_empty() {
            self.long = self.as_str().to_owned();
        }
        self.long.push_str(part);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes its parts one by one, and then fails if it is to.
    struct Parts(Vec<String>, bool);

    impl Display for Parts {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.iter().try_for_each(|part| f.write_str(part))?;
            if self.1 { Err(fmt::Error) } else { Ok(()) }
        }
    }

    #[test]
    fn none_is_no_text() {
        assert!(None::<u8>.with_text(str::is_empty));
        assert!(Some(7).with_text(|text| text == "7"));
    }

    proptest! {
        #[test]
        fn short_and_long_texts_are_what_was_written(
            parts in proptest::collection::vec(".{0,30}", 0..6),
            fails in any::<bool>(),
        ) {
            let whole = parts.concat();
            Parts(parts, fails).with_text(|text| assert_eq!(text, whole));
        }
    }
}
