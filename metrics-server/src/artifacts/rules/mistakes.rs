//! What is wrong with declarations, gathered so that all of it is told at once.

use metrics_core::Source;

use crate::Error;

/// Sentences, each with its place and its mend.
#[derive(Debug, Default)]
pub(super) struct Mistakes(Vec<String>);

impl Mistakes {
    /// Something that was declared at `source`.
    pub(super) fn at(&mut self, source: Source, what: impl std::fmt::Display) {
        self.0.push(format!("{source}: {what}"));
    }

    /// Settings that cannot be.
    pub(super) fn extend(&mut self, sentences: Vec<String>) {
        self.0.extend(sentences);
    }

    /// `value`, if nothing is wrong.
    pub(super) fn or<T>(mut self, value: T) -> Result<T, Error> {
        // one alert may make the same mistake twice
        let mut told = std::collections::BTreeSet::new();
        self.0.retain(|sentence| told.insert(sentence.clone()));
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(Error::Artifacts(self.0))
        }
    }
}
