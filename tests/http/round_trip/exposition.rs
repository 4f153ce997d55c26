//! What a parser made of an exposition, or must make of it. It is told in the words of the text format; other formats say
//! some of it otherwise, more of it, or not at all, which is here in one place.

use std::collections::{BTreeMap, BTreeSet};

/// A sample's name and labels, in order; labels with an empty value are none.
pub(crate) type Series = (String, BTreeMap<String, String>);

/// The bits of every sample's value, so that -0 is not 0; every NaN has the same.
pub(crate) type Samples = BTreeMap<Series, u64>;

pub(crate) fn bits(value: f64) -> u64 {
    if value.is_nan() {
        f64::NAN.to_bits()
    } else {
        value.to_bits()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Exposition {
    /// Type and help by family name.
    pub(crate) families: BTreeMap<String, (String, String)>,
    pub(crate) samples: Samples,
    /// Native buckets, which the text formats have not, as samples: the label `bucket` says which. For a parser that reads
    /// them they are among the samples.
    pub(crate) native: Samples,
    /// The types that families have in the formats with more types than the text format.
    pub(crate) types: BTreeMap<String, String>,
}

impl Exposition {
    /// Adds a family, which must be new or the same once more.
    pub(crate) fn family(&mut self, name: &str, kind: &str, help: &str) {
        let told = (kind.to_owned(), help.to_owned());
        let family = self.families.entry(name.to_owned()).or_insert(told.clone());
        assert_eq!(*family, told, "of {name}");
    }

    /// Adds a sample, which must be new.
    pub(crate) fn sample(&mut self, name: &str, labels: BTreeMap<String, String>, value: f64) {
        let series = (name.to_owned(), labels);
        let before = self.samples.insert(series, bits(value));
        assert_eq!(before, None, "{name} is there twice");
    }

    /// Without the families that the framework adds of its own accord.
    pub(crate) fn only_put_in(mut self) -> Self {
        self.families.retain(|name, _| name.starts_with("trip_"));
        self.samples
            .retain(|(name, _), _| name.starts_with("trip_"));
        self
    }

    /// The same as the Python client reads it in the text format: whatever is a counter ends in `_total`.
    pub(crate) fn in_text(mut self) -> Self {
        let (name, total) = ("trip_foreign_counter", "trip_foreign_counter_total");
        if let Some(family) = self.families.remove(name) {
            self.families.insert(total.to_owned(), family);
        }
        let none = BTreeMap::new;
        if let Some(value) = self.samples.remove(&(name.to_owned(), none())) {
            self.samples.insert((total.to_owned(), none()), value);
        }
        self
    }

    /// The same as OpenMetrics has to say it; the comments name the sections of its specification.
    pub(crate) fn in_open_metrics(mut self) -> Self {
        self.tell_types();
        // "Counter": the name of its samples ends in `_total`
        self.retype("trip_foreign_counter", "unknown");
        // "Histogram", "Summary": a sum is never below 0 nor NaN; a histogram has no count without a sum
        let forbidden = |(name, labels): &Series, samples: &Samples| {
            let count_of = name
                .strip_suffix("_count")
                .filter(|of| *of != "trip_summary");
            let Some(family) = name.strip_suffix("_sum").or(count_of) else {
                return false;
            };
            let sum = (format!("{family}_sum"), labels.clone());
            let sum = samples.get(&sum).map(|bits| f64::from_bits(*bits));
            // "Histogram": nor is there a sum beside bounds below 0, which only this one has
            let has_negative_bounds = family == "trip_observed";
            has_negative_bounds || sum.is_some_and(|sum| sum < 0.0 || sum.is_nan())
        };
        let all = self.samples.clone();
        self.samples.retain(|series, _| !forbidden(series, &all));
        // "Summary": quantiles are not below 0
        self.samples.retain(|(_, labels), bits| {
            !(labels.contains_key("quantile") && f64::from_bits(*bits) < 0.0)
        });
        self.with_plain_bounds()
    }

    /// The same as the strict parser of the Python client reads it: a whole number as an integer, of which none is -0.
    pub(crate) fn in_python(mut self) -> Self {
        for value in self.samples.values_mut() {
            if *value == bits(-0.0) {
                *value = bits(0.0);
            }
        }
        self
    }

    /// The same as protobuf says it, with native buckets.
    pub(crate) fn in_protobuf(mut self) -> Self {
        // a message without series is none
        let filled: BTreeSet<_> = self
            .samples
            .keys()
            .map(|(name, _)| self.family_of(name))
            .collect();
        self.families.retain(|name, _| filled.contains(name));
        self.with_native()
    }

    /// The same as JSON says it, with native buckets.
    pub(crate) fn in_json(mut self) -> Self {
        self.tell_types();
        self.with_native()
    }

    fn family_of(&self, sample: &str) -> String {
        let ends = ["", "_bucket", "_sum", "_count"].iter();
        let mut names = ends.filter_map(|end| sample.strip_suffix(end));
        let name = names.find(|name| self.families.contains_key(*name));
        name.unwrap_or_else(|| panic!("{sample} has no family"))
            .to_owned()
    }

    fn tell_types(&mut self) {
        for (name, kind) in self.types.clone() {
            self.retype(&name, &kind);
        }
    }

    fn retype(&mut self, name: &str, kind: &str) {
        if let Some(family) = self.families.get_mut(name) {
            kind.clone_into(&mut family.0);
        }
    }

    fn with_native(mut self) -> Self {
        self.samples.append(&mut self.native);
        self.with_plain_bounds()
    }

    /// With bounds and quantiles written in one way: formats write `1`, `1.0`, `1e0`.
    pub(crate) fn with_plain_bounds(mut self) -> Self {
        let samples = std::mem::take(&mut self.samples).into_iter();
        self.samples = samples
            .map(|((name, mut labels), value)| {
                for label in ["le", "quantile"] {
                    if let Some(bound) = labels.get_mut(label) {
                        let number: f64 = bound.parse().expect("a bound is a number");
                        *bound = format!("{number:?}");
                    }
                }
                ((name, labels), value)
            })
            .collect();
        self
    }
}
