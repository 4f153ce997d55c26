//! Expositions: pure functions of what the walk shows. Each format is one visitor in one file.

mod chunk;
mod number;
mod prometheus_crate;
mod snapshot;
mod text;

pub use prometheus_crate::RegistryCollector;
pub use snapshot::{FamilySnapshot, SeriesSnapshot, Snapshot, ValueSnapshot};
pub use text::{CHUNK_LEN, TEXT_CONTENT_TYPE, TextEncoder};
