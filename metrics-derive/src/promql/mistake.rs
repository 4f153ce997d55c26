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

/// How many characters must be changed, added, left out or swapped with the next one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // of every beginning of the one to every beginning of the other
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_probably_meant_is_found() {
        let known = || ["rad", "rate", "irate", "increase"].into_iter();
        assert_eq!(nearest("raet", known()), Some("rate"));
        assert_eq!(nearest("increas", known()), Some("increase"));
        assert_eq!(nearest("websocket", known()), None);
    }

    #[test]
    fn marks_stand_below_what_they_are_about() {
        let mistake = Mistake::new(2..4, "no");
        assert_eq!(mistake.in_text("é\t12"), "no\n    é 12\n      ^^");
        let at_the_end = Mistake::new(4..9, "no");
        assert_eq!(at_the_end.in_text("1234"), "no\n    1234\n        ^");
    }
}
