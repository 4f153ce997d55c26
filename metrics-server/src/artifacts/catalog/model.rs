//! The catalogue as a value, as it is written to JSON and read back. The keys are in the order of the fields, and
//! `docs/catalog.schema.json` says what each means to who reads it.

use serde::{Deserialize, Serialize};

/// The version of this model. A program reads its own and none that is newer; a key more is a version more.
pub(crate) const VERSION: u64 = 1;

/// All that is declared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Catalog {
    pub(crate) version: u64,
    pub(crate) service: String,
    /// In the order of their names.
    pub(crate) families: Vec<Family>,
    /// In the order of their paths.
    pub(crate) sets: Vec<Set>,
    pub(crate) functions: Vec<Function>,
    pub(crate) objectives: Vec<Objective>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Family {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unit: Option<String>,
    pub(crate) help: String,
    pub(crate) labels: Vec<Label>,
    pub(crate) constant_labels: Vec<ConstantLabel>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) buckets: Vec<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) native: Option<Native>,
    pub(crate) exemplars: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) derived: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) idle_seconds: Option<f64>,
    /// The paths of the sets that it is in, the outermost first.
    pub(crate) sets: Vec<String>,
    pub(crate) declared: Place,
    pub(crate) alerts: Vec<Alert>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hpa: Option<Hpa>,
}

/// Either with `values`, or open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Label {
    pub(crate) name: String,
    /// All values, where they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) values: Option<Vec<String>>,
    /// Whether series may be without it.
    pub(crate) optional: bool,
    /// How many values are kept apart, where it is open and they are not as many as there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max: Option<u64>,
    /// The value of the overflow series, where there is such a `max`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) overflow: Option<String>,
}

/// Several values if the family stands in several registries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConstantLabel {
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Native {
    pub(crate) schema: i32,
    pub(crate) max_buckets: u32,
    pub(crate) zero_threshold: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub(crate) package: String,
    pub(crate) file: String,
    pub(crate) line: u32,
    /// The field of the struct, where it is in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Alert {
    pub(crate) name: String,
    pub(crate) expr: String,
    pub(crate) for_seconds: f64,
    pub(crate) severity: String,
    pub(crate) summary: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) runbook: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hpa {
    pub(crate) average: f64,
    pub(crate) min: u32,
    pub(crate) max: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Set {
    /// Its module and its name.
    pub(crate) path: String,
    pub(crate) help: String,
    pub(crate) declared: Place,
}

/// A function that feeds the families which all functions share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) module: String,
    pub(crate) families: Vec<String>,
    /// Of its histograms, if it feeds any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) buckets: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Objective {
    pub(crate) function: String,
    pub(crate) module: String,
    pub(crate) latency: Vec<Latency>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) success_percent: Option<f64>,
    /// The families by which it is measured.
    pub(crate) families: Vec<String>,
    pub(crate) declared: Place,
}

/// So many percent of the calls take less.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Latency {
    pub(crate) percent: f64,
    pub(crate) seconds: f64,
}
