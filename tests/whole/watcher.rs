//! Somebody who scrapes while threads update, in one format after the other: what only grows is never seen to go down.

use std::collections::BTreeMap;

use metrics_core::{Registry, Snapshot, ValueSnapshot};

use super::case::{Case, Of, Verb};
use super::expected::Checked;
use super::messages::{self, decode};
use super::random::Texts;

/// What was seen last, in each format.
pub(crate) struct Watcher<'c> {
    registry: &'c Registry,
    /// The names of the families that only grow.
    growing: Vec<String>,
    texts: Texts,
    looks: usize,
    seen: [Samples; FORMATS],
    /// What was wrong first.
    pub(crate) wrong: Checked,
}

/// Snapshot, protobuf, text, OpenMetrics.
pub(crate) const FORMATS: usize = 4;

/// What grows, by family, labels and bucket.
type Samples = BTreeMap<String, f64>;

impl<'c> Watcher<'c> {
    pub(crate) fn new(case: &Case, registry: &'c Registry, texts: Texts) -> Self {
        let families = case.families.iter().enumerate();
        let growing = families.filter(|(index, declared)| {
            let counts = matches!(
                declared.of,
                Of::Count | Of::Amount | Of::Sizes | Of::Lengths
            );
            counts && !goes_back(case, *index)
        });
        Self {
            registry,
            growing: growing.map(|(index, _)| case.name(index)).collect(),
            texts,
            looks: 0,
            seen: Default::default(),
            wrong: Ok(()),
        }
    }

    /// Scrapes once, in the format after the one before.
    pub(crate) fn look(&mut self) {
        let format = self.looks % FORMATS;
        self.looks += 1;
        let samples = match format {
            0 => {
                let mark = self.registry.mark();
                let samples = self.of_snapshot(&self.registry.snapshot());
                self.registry.delivered(mark);
                samples
            }
            1 => Ok(self.of_protobuf(&self.registry.encode_protobuf())),
            2 => self.of_lines(&self.registry.encode_text()),
            // the mark of an exemplar may be in a label
            _ if self.texts == Texts::Any => Ok(Samples::new()),
            _ => self.of_lines(&self.registry.encode_open_metrics()),
        };
        let checked = samples.and_then(|samples| self.compare(format, samples));
        if self.wrong.is_ok() {
            self.wrong = checked.map_err(|error| format!("while threads update: {error}"));
        }
    }

    fn compare(&mut self, format: usize, samples: Samples) -> Checked {
        for (key, before) in &self.seen[format] {
            let now = samples.get(key);
            if now.is_none_or(|now| now < before) {
                return Err(format!(
                    "{key} was {before} and is {now:?}, in format {format}"
                ));
            }
        }
        self.seen[format] = samples;
        Ok(())
    }

    fn of_snapshot(&self, shown: &Snapshot) -> Result<Samples, String> {
        let mut samples = Samples::new();
        let grow = |name: &String| self.growing.contains(name);
        for family in shown.families.iter().filter(|family| grow(&family.name)) {
            for series in &family.series {
                let key = format!("{}{:?}", family.name, series.labels);
                match &series.value {
                    ValueSnapshot::Number(number) => {
                        samples.insert(key, number.as_f64());
                    }
                    ValueSnapshot::Histogram {
                        cumulative, count, ..
                    } => {
                        let counts: Vec<_> = cumulative.iter().chain([count]).collect();
                        if !counts.is_sorted() {
                            return Err(format!("{key} has buckets of {counts:?}"));
                        }
                        let counts = counts.into_iter().enumerate();
                        samples.extend(counts.map(|(at, n)| (format!("{key}{at}"), *n as f64)));
                    }
                    other => return Err(format!("{key} is {other:?}")),
                }
            }
        }
        Ok(samples)
    }

    fn of_protobuf(&self, bytes: &[u8]) -> Samples {
        let mut samples = Samples::new();
        for family in decode(bytes) {
            let name = family.name.unwrap_or_default();
            if !self.growing.contains(&name) {
                continue;
            }
            for messages::Metric {
                label,
                counter,
                histogram,
                ..
            } in family.metric
            {
                let key = format!("{name}{label:?}");
                if let Some(value) = counter.and_then(|counter| counter.value) {
                    samples.insert(key.clone(), value);
                }
                let Some(histogram) = histogram else { continue };
                let count = histogram.sample_count.unwrap_or_default();
                samples.insert(format!("{key}count"), count as f64);
                for bucket in histogram.bucket {
                    let (bound, count) = (bucket.upper_bound, bucket.cumulative_count);
                    // that of +Inf is there while there is an exemplar for it
                    if bound != Some(f64::INFINITY) {
                        samples.insert(format!("{key}{bound:?}"), count.unwrap_or_default() as f64);
                    }
                }
            }
        }
        samples
    }

    fn of_lines(&self, text: &str) -> Result<Samples, String> {
        let mut samples = Samples::new();
        for line in text
            .split_terminator('\n')
            .filter(|line| !line.starts_with('#'))
        {
            let sample = match self.texts {
                Texts::Plain => line.split_once(" # ").map_or(line, |(sample, _)| sample),
                Texts::Any => line,
            };
            let (key, value) = sample.rsplit_once(' ').ok_or(line)?;
            let value: f64 = value
                .parse()
                .map_err(|error| format!("{error} in {line}"))?;
            let name = key.split('{').next().unwrap_or_default();
            // OpenMetrics has no count beside a sum that is negative; that of +Inf is the same
            let ends = ["", "_bucket"];
            let mut names = ends.into_iter().filter_map(|end| name.strip_suffix(end));
            if names.any(|name| self.growing.iter().any(|growing| growing == name)) {
                samples.insert(key.to_owned(), value);
            }
        }
        Ok(samples)
    }
}

/// Whether the family is so updated that it may be seen to go down, as a counter that wraps.
fn goes_back(case: &Case, family: usize) -> bool {
    let mut acts = (0..case.threads.len()).flat_map(|thread| case.acts(thread));
    let back = [Verb::Edge, Verb::Remove, Verb::Own];
    acts.any(|act| act.family == family && back.contains(&act.verb))
}
