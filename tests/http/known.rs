//! What a client of the stream knows.

use std::collections::HashMap;

use serde_json::Value;

use crate::stream_client::Stream;

/// What a client knows after the frames so far.
#[derive(Default)]
pub(crate) struct Known {
    /// By id, as they were told.
    families: HashMap<u64, Value>,
    pub(crate) series: HashMap<u64, Series>,
}

pub(crate) struct Series {
    family: u64,
    labels: Vec<(String, String)>,
    pub(crate) value: Value,
}

impl Known {
    pub(crate) fn learn(&mut self, data: &Value) {
        let array = |key: &str| data[key].as_array().cloned().unwrap_or_default();
        let id = |value: &Value| value.as_u64().unwrap_or_else(|| panic!("no id: {data}"));
        for family in array("families") {
            let known = self.families.insert(id(&family["id"]), family.clone());
            assert!(known.is_none(), "{family}");
        }
        for series in array("series") {
            let family = id(&series["family"]);
            let texts = |value: &Value| -> Vec<String> {
                serde_json::from_value(value.clone()).expect("texts")
            };
            let names = texts(&self.families[&family]["labels"]);
            let values = texts(&series["labels"]);
            assert_eq!(names.len(), values.len(), "{series}");
            let known = Series {
                family,
                labels: names.into_iter().zip(values).collect(),
                value: series["value"].clone(),
            };
            self.series.insert(id(&series["id"]), known);
        }
        for (id, value) in data["values"].as_object().into_iter().flatten() {
            let id = id.parse().expect("an id");
            self.series
                .get_mut(&id)
                .unwrap_or_else(|| panic!("{id} is not known"))
                .value = value.clone();
        }
        for removed in array("removed") {
            self.series.remove(&id(&removed));
        }
    }

    /// The value of the series that is called so, as `name{label=value,…}`.
    pub(crate) fn value(&self, key: &str) -> Option<&Value> {
        self.all()
            .find_map(|(own, value)| (own == key).then_some(value))
    }

    /// Every series, called so, with its value.
    pub(crate) fn all(&self) -> impl Iterator<Item = (String, &Value)> {
        self.series.values().map(|series| {
            let name = self.family(series)["name"].as_str().expect("a name");
            let pairs = series.labels.iter().map(|(l, v)| format!("{l}={v}"));
            let pairs: Vec<_> = pairs.collect();
            (format!("{name}{{{}}}", pairs.join(",")), &series.value)
        })
    }

    /// Every series with its labels, its value, and what is known of its family.
    pub(crate) fn described(&self) -> impl Iterator<Item = (&Value, &[(String, String)], &Value)> {
        let series = self.series.values();
        series.map(|series| (self.family(series), &*series.labels, &series.value))
    }

    fn family(&self, series: &Series) -> &Value {
        &self.families[&series.family]
    }

    pub(crate) fn learn_until(&mut self, stream: &mut Stream, done: impl Fn(&Self) -> bool) {
        while !done(self) {
            let delta = stream.next_of("metrics:delta");
            self.learn(&delta);
        }
    }
}
