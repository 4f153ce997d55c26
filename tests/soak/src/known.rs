//! What a client of the stream knows: families and series, as snapshots and deltas have told them.

use std::collections::{BTreeMap, HashMap};

use metrics_load::told::Told;
use serde::Deserialize;
use serde_json::Value;

use crate::exposed::{Samples, histogram, number, sample_name};

/// The state that a client keeps.
#[derive(Debug, Default)]
pub(crate) struct Known {
    families: HashMap<u64, Family>,
    series: HashMap<u64, Series>,
}

#[derive(Deserialize)]
struct Frame {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    part: Option<u64>,
    #[serde(default)]
    families: Vec<Family>,
    #[serde(default)]
    series: Vec<Series>,
    #[serde(default)]
    values: BTreeMap<String, Value>,
    #[serde(default)]
    removed: Vec<u64>,
}

#[derive(Debug, Deserialize)]
struct Family {
    id: u64,
    name: String,
    labels: Vec<String>,
    #[serde(default)]
    bounds: Vec<f64>,
}

#[derive(Debug, Deserialize)]
struct Series {
    id: u64,
    family: u64,
    labels: Vec<String>,
    value: Value,
}

impl Known {
    /// Applies a frame of values.
    pub(crate) fn learn(&mut self, told: &Told<'_>) -> Result<(), String> {
        let frame: Frame = serde_json::from_str(told.text)
            .map_err(|error| format!("a frame that cannot be read: {error}"))?;
        let data = frame.data;
        if data.part == Some(1) {
            *self = Self::default();
        }
        for family in data.families {
            self.families.insert(family.id, family);
        }
        for series in data.series {
            if !self.families.contains_key(&series.family) {
                return Err(format!("series {} has no family", series.id));
            }
            self.series.insert(series.id, series);
        }
        for (id, value) in data.values {
            let id = id.parse().map_err(|_| format!("no id: {id}"))?;
            let series = self.series.get_mut(&id);
            series.ok_or_else(|| format!("no series {id}"))?.value = value;
        }
        for id in data.removed {
            self.series.remove(&id);
        }
        Ok(())
    }

    /// Everything that is known, as a scrape has it.
    pub(crate) fn samples(&self) -> Samples {
        let mut samples = Samples::new();
        for series in self.series.values() {
            let Some(family) = self.families.get(&series.family) else {
                continue;
            };
            let names = family.labels.iter().map(String::as_str);
            let labels: Vec<_> = names
                .zip(series.labels.iter().map(String::as_str))
                .collect();
            if let Some(value) = number(&series.value) {
                samples.insert(sample_name(&family.name, labels), value);
                continue;
            }
            let counts = series.value["buckets"].as_array().into_iter().flatten();
            let buckets = family.bounds.iter().copied();
            let buckets = buckets.zip(counts.filter_map(number));
            histogram(&mut samples, &family.name, &labels, &series.value, buckets);
        }
        samples
    }
}
