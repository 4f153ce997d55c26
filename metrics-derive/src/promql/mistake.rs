//! What is wrong with an expression, and where: a literal has no places inside of it that the compiler could underline, so
//! the message shows the text with marks below it.

use std::fmt;

use super::tree::Place;

#[derive(Debug)]
pub(crate) struct Mistake {
    at: Place,
    message: String,
}

impl Mistake {
    pub(crate) fn new(at: Place, message: impl fmt::Display) -> Self {
        Self {
            at,
            message: message.to_string(),
        }
    }

    /// The message, the text, and marks.
    pub(crate) fn in_text(&self, text: &str) -> String {
        // each on its place, whatever its width is
        let line: String = text
            .chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .collect();
        let len = line.chars().count();
        let start = self.at.start.min(len);
        let marks = self.at.end.min(len).saturating_sub(start).max(1);
        let (before, marks) = (" ".repeat(start), "^".repeat(marks));
        format!("{}\n    {line}\n    {before}{marks}", self.message)
    }
}

/// The one of `known` that `word` was probably meant to be.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let far = word.chars().count() / 3 + 1;
    let with_distance = known.map(|known| (distance(word, known), known));
    let (distance, nearest) = with_distance.min_by_key(|(distance, _)| *distance)?;
    (distance <= far).then_some(nearest)
}

/// How many characters must be changed, added or left out.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
