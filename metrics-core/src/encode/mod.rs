//! Expositions: pure functions of what the walk shows. Each format is one visitor.

mod exemplar;
mod prometheus_crate;
mod protobuf;
mod snapshot;
mod text;

pub use prometheus_crate::RegistryCollector;
pub use protobuf::{PROTOBUF_CONTENT_TYPE, ProtobufEncoder};
pub use snapshot::{
    ExemplarSnapshot, FamilySnapshot, NativeSnapshot, SeriesSnapshot, Snapshot, ValueSnapshot,
};
pub use text::{
    OPEN_METRICS_0_0_1_CONTENT_TYPE, OPEN_METRICS_CONTENT_TYPE, OpenMetricsEncoder,
    TEXT_CONTENT_TYPE, TextEncoder, bound_texts,
};

/// A chunk is handed on when it is at least this long, in bytes: the size at which the baseline
/// measurements found copying cheapest.
pub const CHUNK_LEN: usize = 64 * 1024;
