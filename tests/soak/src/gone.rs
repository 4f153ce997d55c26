//! Families whose series come and go: what each series had when it was last seen. It is shown once more after its end, to
//! a scrape of everything, so that nothing of it is lost to one who reads them all.

use std::collections::{BTreeMap, HashMap};

use crate::exposed::Samples;

/// The families whose series end.
pub(crate) const ENDING: [&str; 2] = ["soak_clicks_total", "soak_views_total"];

/// The last value of every series that was ever there.
#[derive(Debug, Default)]
pub(crate) struct Gone(HashMap<String, f64>);

impl Gone {
    /// Takes a scrape of everything. It may be older than the one before: what is counted only grows.
    pub(crate) fn see(&mut self, samples: &Samples) {
        for (name, value) in samples {
            if ENDING.contains(&family(name)) {
                let seen = self.0.entry(name.clone()).or_default();
                *seen = seen.max(*value);
            }
        }
    }

    /// The sum of each family.
    pub(crate) fn sums(&self) -> BTreeMap<&str, f64> {
        let mut sums = BTreeMap::new();
        for (name, value) in &self.0 {
            *sums.entry(family(name)).or_default() += value;
        }
        sums
    }
}

fn family(sample: &str) -> &str {
    sample.split('{').next().unwrap_or_default()
}
