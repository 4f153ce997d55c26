//! The live stream, `metricset.v1+json`: what a client is sent, and what it may say.
//!
#![doc = include_str!("../docs/stream.md")]
// a page of the documentation, and nothing else: the code is in `stream`

/// This protocol as a JSON Schema of the draft 2020-12, for clients that check what they are sent.
///
/// A frame is valid against `#/$defs/frame`, a request against `#/$defs/request`; the whole is either. Events and the
/// summary fields of an application are open, everything else is closed.
///
/// ```
/// let schema: serde_json::Value = serde_json::from_str(metrics_server::stream_protocol::SCHEMA)?;
/// assert_eq!(schema["title"], "metricset.v1+json");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub const SCHEMA: &str = include_str!("../docs/stream.schema.json");
