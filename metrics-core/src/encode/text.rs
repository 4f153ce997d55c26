//! The text format, version 0.0.4, written in chunks, so that no scrape is ever one huge string.
//! Format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::io::{self, Write};
use std::ops::ControlFlow;

use super::number::{push_f64, push_number, push_u64};
use crate::gather::{FamilyView, SeriesView, Visitor};
use crate::register::Registry;
use crate::update::{Buckets, Quantiles, Value};

/// The `Content-Type` of the text format.
pub const TEXT_CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A chunk is handed on when it is at least this long, in bytes: the size at which the baseline
/// measurements found copying cheapest.
pub const CHUNK_LEN: usize = 64 * 1024;

/// A [`Visitor`] that writes the text format, in chunks of about [`CHUNK_LEN`] bytes of whole lines.
///
/// ```
/// use metrics_core::{Registry, TextEncoder};
///
/// let mut encoder = TextEncoder::new(Vec::new());
/// let _ = Registry::new().gather(&mut encoder);
/// let text = encoder.finish()?;
/// assert!(text.is_empty());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct TextEncoder<W> {
    out: W,
    chunk: Vec<u8>,
    name: String,
    error: Option<io::Error>,
}

impl<W: Write> TextEncoder<W> {
    /// An encoder that hands its chunks to `out`, one `write_all` each.
    pub fn new(out: W) -> Self {
        Self {
            out,
            chunk: Vec::new(),
            name: String::new(),
            error: None,
        }
    }

    /// Hands on the last chunk and gives `out` back.
    ///
    /// # Errors
    ///
    /// The first error of `out`, which has also ended the walk.
    pub fn finish(mut self) -> io::Result<W> {
        if !self.chunk.is_empty() {
            let _ = self.flush();
        }
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.out),
        }
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

    /// `name_suffix{labels,extra="…"}` and a space, ready for the value.
    fn begin_line(&mut self, suffix: &str, series: &SeriesView<'_>, extra: Option<(&str, f64)>) {
        let out = &mut self.chunk;
        out.extend_from_slice(self.name.as_bytes());
        out.extend_from_slice(suffix.as_bytes());
        let mut opening = b'{';
        for labels in [series.constant, series.labels] {
            if !labels.as_str().is_empty() {
                out.push(opening);
                out.extend_from_slice(labels.as_str().as_bytes());
                opening = b',';
            }
        }
        if let Some((name, value)) = extra {
            out.push(opening);
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"=\"");
            push_f64(out, value);
            out.push(b'"');
            opening = b',';
        }
        out.extend_from_slice(if opening == b',' { b"} " } else { b" " });
    }

    fn histogram(&mut self, series: &SeriesView<'_>, buckets: &Buckets<'_>) {
        let bounds = buckets.bounds.iter().copied().chain([f64::INFINITY]);
        let counts = buckets.cumulative.iter().copied().chain([buckets.count]);
        for (bound, count) in bounds.zip(counts) {
            self.begin_line("_bucket", series, Some(("le", bound)));
            push_u64(&mut self.chunk, count);
            self.chunk.push(b'\n');
        }
        self.sum_and_count(series, buckets.sum, buckets.count);
    }

    fn summary(&mut self, series: &SeriesView<'_>, summary: &Quantiles<'_>) {
        for (quantile, value) in summary.quantiles {
            self.begin_line("", series, Some(("quantile", *quantile)));
            push_f64(&mut self.chunk, *value);
            self.chunk.push(b'\n');
        }
        self.sum_and_count(series, summary.sum, summary.count);
    }

    fn sum_and_count(&mut self, series: &SeriesView<'_>, sum: f64, count: u64) {
        self.begin_line("_sum", series, None);
        push_f64(&mut self.chunk, sum);
        self.chunk.push(b'\n');
        self.begin_line("_count", series, None);
        push_u64(&mut self.chunk, count);
        self.chunk.push(b'\n');
    }
}

impl<W: Write> Visitor for TextEncoder<W> {
    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        self.name.clear();
        self.name.push_str(family.name);
        let out = &mut self.chunk;
        out.extend_from_slice(b"# HELP ");
        out.extend_from_slice(family.name.as_bytes());
        out.push(b' ');
        push_help(out, family.help);
        out.extend_from_slice(b"\n# TYPE ");
        out.extend_from_slice(family.name.as_bytes());
        out.push(b' ');
        out.extend_from_slice(family.kind.as_str().as_bytes());
        out.push(b'\n');
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        match &series.value {
            Value::Number(number) => {
                self.begin_line("", series, None);
                push_number(&mut self.chunk, *number);
                self.chunk.push(b'\n');
            }
            Value::Histogram(buckets) => self.histogram(series, buckets),
            Value::Summary(summary) => self.summary(series, summary),
        }
        if self.chunk.len() < CHUNK_LEN {
            return ControlFlow::Continue(());
        }
        self.flush()
    }
}

/// In help texts only backslash and newline are escaped; a quote stands as it is.
fn push_help(out: &mut Vec<u8>, help: &str) {
    for byte in help.bytes() {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            byte => out.push(byte),
        }
    }
}

impl Registry {
    /// The whole exposition as text, for tests and tools; a server streams it in chunks instead.
    pub fn encode_text(&self) -> String {
        let mut encoder = TextEncoder::new(Vec::new());
        // the walk ends early only on an error of the writer, and a `Vec` has none
        let _ = self.gather(&mut encoder);
        let bytes = encoder.finish().unwrap_or_default();
        // every part was a `str`
        String::from_utf8(bytes).unwrap_or_default()
    }
}
