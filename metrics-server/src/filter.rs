//! Which families and series a client asks for: globs over names, equality of labels.
//! A pure reading of the query; the scrape, the JSON and the stream all use this one.

use std::ops::ControlFlow;

use metrics_core::{FamilyView, SeriesView, Visitor};
use wildmatch::WildMatch;

/// A choice of families and series; an empty one chooses all.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    globs: Vec<WildMatch>,
    labels: Vec<(String, String)>,
}

impl Filter {
    /// Chooses also the families that `glob` matches.
    pub(crate) fn add_glob(&mut self, glob: &str) -> Result<(), String> {
        let known = |c: char| c.is_ascii_alphanumeric() || "_:*?".contains(c);
        if glob.is_empty() || !glob.chars().all(known) {
            return Err(format!(
                "`{glob}` is no pattern for metric names: use letters, digits, `_` and `:`, with `*` for any text and `?` for any character"
            ));
        }
        self.globs.push(WildMatch::new(glob));
        Ok(())
    }

    /// Chooses only series that have the label `name` with this value.
    pub(crate) fn add_label(&mut self, name: &str, value: &str) {
        self.labels.push((name.to_owned(), value.to_owned()));
        // filters that say the same are equal, and share what is encoded for them
        self.labels.sort();
    }

    /// The same from a query's `name=value`.
    pub(crate) fn add_label_pair(&mut self, pair: &str) -> Result<(), String> {
        match pair.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                self.add_label(name, value);
                Ok(())
            }
            _ => Err(format!(
                "`{pair}` chooses no label: write `labels=name=value`"
            )),
        }
    }

    pub(crate) fn chooses_family(&self, name: &str) -> bool {
        self.globs.is_empty() || self.globs.iter().any(|glob| glob.matches(name))
    }

    /// Whether these labels, as pairs, hold every one that was asked for.
    pub(crate) fn chooses_labels<'l, V: AsRef<str>>(
        &self,
        labels: impl Iterator<Item = (&'l str, V)>,
    ) -> bool {
        if self.labels.is_empty() {
            return true;
        }
        let mut missing: Vec<_> = self.labels.iter().collect();
        for (name, value) in labels {
            missing.retain(|(n, v)| !(n == name && v == value.as_ref()));
        }
        missing.is_empty()
    }
}

/// A visitor that passes on only what its filter chooses.
pub(crate) struct Filtered<'f, V> {
    pub(crate) filter: &'f Filter,
    pub(crate) inner: V,
}

impl<V: Visitor> Visitor for Filtered<'_, V> {
    fn wants(&mut self, family: &FamilyView<'_>) -> bool {
        self.filter.chooses_family(family.name) && self.inner.wants(family)
    }

    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        self.inner.family(family)
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        if self.filter.chooses_labels(series.pairs()) {
            self.inner.series(series)
        } else {
            ControlFlow::Continue(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_choose_families() {
        let mut filter = Filter::default();
        assert!(filter.chooses_family("anything"));
        filter.add_glob("chatbox_*").expect("a good glob");
        filter.add_glob("up").expect("a good glob");
        assert!(filter.chooses_family("chatbox_sessions") && filter.chooses_family("up"));
        assert!(!filter.chooses_family("upper"));
        for bad in ["", "[", "a b", "{x}"] {
            assert!(filter.add_glob(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn every_label_asked_for_must_be_there() {
        let mut filter = Filter::default();
        filter.add_label_pair("a=1").expect("a good pair");
        filter.add_label_pair("b=x=y").expect("a good pair");
        assert!(filter.chooses_labels([("a", "1"), ("b", "x=y"), ("c", "")].into_iter()));
        assert!(!filter.chooses_labels([("a", "1")].into_iter()));
        assert!(filter.add_label_pair("a").is_err() && filter.add_label_pair("=1").is_err());
    }
}
