//! The protobuf format: messages of `client_model`, `io/prometheus/client/metrics.proto`, each with its length before it.
//! The one format that carries native histograms.

mod fields;
mod metric;
mod native;
mod wire;

use std::io::{self, Write};
use std::ops::ControlFlow;

use fields::{metric_family, metric_type};
use wire::{Message, push_varint};

use super::CHUNK_LEN;
use crate::declare::Kind;
use crate::gather::{FamilyView, SeriesView, Visitor};
use crate::register::Registry;

/// The `Content-Type` of the protobuf format.
pub const PROTOBUF_CONTENT_TYPE: &str =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

/// A [`Visitor`] that writes the protobuf format, in chunks of about [`CHUNK_LEN`] bytes of whole messages.
///
/// ```
/// use metrics_core::{ProtobufEncoder, Registry};
///
/// let mut encoder = ProtobufEncoder::new(Vec::new());
/// let _ = Registry::new().gather(&mut encoder);
/// assert!(encoder.finish()?.is_empty());
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// A message begins with its length, so a family of many series would have to be held in memory as a whole. It is sent as
/// several messages of one name instead, each of about [`CHUNK_LEN`] bytes. Prometheus reads messages one by one and keeps
/// nothing of the one before (`model/textparse/protobufparse.go` in 2.42 and in 3.x).
///
/// It carries everything that a metric may be but infos and state sets, which are gauges, and exact integers above 2^53:
/// its numbers are doubles. A family without series is left out, as readers skip it. When a series began is always told,
/// which costs a scraper nothing.
#[derive(Debug)]
pub struct ProtobufEncoder<W> {
    out: W,
    /// Whole messages, to be handed on.
    chunk: Vec<u8>,
    /// The fields of the current family but its series.
    head: Message,
    kind: Kind,
    /// Series of the current family that are not in a message yet.
    series: Message,
    error: Option<io::Error>,
}

impl<W: Write> ProtobufEncoder<W> {
    /// An encoder that hands its chunks to `out`, one `write_all` each.
    pub fn new(out: W) -> Self {
        Self {
            out,
            chunk: Vec::new(),
            head: Message::default(),
            kind: Kind::Gauge,
            series: Message::default(),
            error: None,
        }
    }

    /// Hands on the last chunk and gives `out` back.
    ///
    /// # Errors
    ///
    /// The first error of `out`, which has also ended the walk.
    pub fn finish(mut self) -> io::Result<W> {
        self.close();
        if !self.chunk.is_empty() {
            let _ = self.flush();
        }
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.out),
        }
    }

    /// Makes a message of the series so far.
    fn close(&mut self) {
        if self.series.len() == 0 {
            return;
        }
        let len = self.head.len() + self.series.len();
        push_varint(&mut self.chunk, len as u64);
        self.chunk.extend_from_slice(self.head.as_bytes());
        self.chunk.extend_from_slice(self.series.as_bytes());
        self.series.clear();
    }

    fn flush(&mut self) -> ControlFlow<()> {
        if self.error.is_none() {
            self.error = self.out.write_all(&self.chunk).err();
        }
        self.chunk.clear();
        match self.error {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }
}

impl<W: Write> Visitor for ProtobufEncoder<W> {
    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        self.close();
        self.kind = family.kind;
        self.head.clear();
        self.head.string(metric_family::NAME, family.name);
        self.head.string(metric_family::HELP, family.help);
        self.head.unsigned(
            metric_family::TYPE,
            match family.kind {
                Kind::Counter => metric_type::COUNTER,
                // the messages have neither infos nor state sets
                Kind::Gauge | Kind::Info | Kind::StateSet => metric_type::GAUGE,
                Kind::Histogram => metric_type::HISTOGRAM,
                Kind::Summary => metric_type::SUMMARY,
            },
        );
        if !family.unit.is_empty() {
            self.head.string(metric_family::UNIT, family.unit);
        }
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        let kind = self.kind;
        self.series.message(metric_family::METRIC, |out| {
            metric::write(out, kind, series);
        });
        if self.chunk.len() + self.series.len() < CHUNK_LEN {
            return ControlFlow::Continue(());
        }
        self.close();
        self.flush()
    }
}

impl Registry {
    /// The whole exposition in the protobuf format, for tests and tools; a server streams it in chunks instead.
    pub fn encode_protobuf(&self) -> Vec<u8> {
        let mut encoder = ProtobufEncoder::new(Vec::new());
        // the walk ends early only on an error of the writer, and a `Vec` has none
        let _ = self.gather(&mut encoder);
        encoder.finish().unwrap_or_default()
    }
}
