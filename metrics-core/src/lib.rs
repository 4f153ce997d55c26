//! Metrics declared on plain structs and functions.
#![doc = "TODO"]

mod declare;
mod encode;
mod error;
mod gather;
mod register;
mod update;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use declare::{
    DEFAULT_BUCKETS, Declaration, Descriptor, Kind, Label, LabelDescriptor, LabelSet, LabelValues,
    MAX_BUCKETS, MAX_NAME_LEN, Name, OVERFLOW, OpenLabel, Outcome, SetDescriptor, Source,
};
pub use encode::{
    CHUNK_LEN, FamilySnapshot, RegistryCollector, SeriesSnapshot, Snapshot, TEXT_CONTENT_TYPE,
    TextEncoder, ValueSnapshot,
};
pub use error::Error;
pub use gather::{FamilyView, SeriesView, Visitor};
pub use register::{Conflict, Family, MetricSet, Registry, RegistryBuilder};
pub use update::{
    Buckets, Counter, CounterChild, CounterValue, Gauge, GaugeChild, GaugeGuard, GaugeValue,
    Histogram, HistogramChild, HistogramValue, LabelPairs, LabelText, Labels, Metric, MetricField,
    Number, Quantiles, ReadField, Value,
};
