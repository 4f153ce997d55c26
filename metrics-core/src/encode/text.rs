//! The text format, version 0.0.4, written in chunks, so that no scrape is ever one huge string.
//! Format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::io::{self, Write};
use std::ops::ControlFlow;

use super::chunk::{Chunk, Often};
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
    chunk: Chunk,
    /// The name of the family, and an opening brace.
    name: Often,
    /// What all buckets of a histogram begin with.
    bucket: Chunk,
    bounds: Bounds,
    error: Option<io::Error>,
}

/// The `le` labels of a family's histograms, rendered: those of all its series are the same.
#[derive(Debug, Default)]
struct Bounds {
    of: Vec<f64>,
    /// For each bound, and for `+Inf`: `le="…"} `.
    rendered: Vec<Often>,
}

impl Bounds {
    fn render(&mut self, bounds: &[f64]) {
        if !self.rendered.is_empty() && self.of == bounds {
            return;
        }
        self.of = bounds.to_vec();
        let all = bounds.iter().copied().chain([f64::INFINITY]);
        self.rendered = all.map(|bound| Often::new(&label("le", bound))).collect();
    }
}

/// `name="value"} `, the last of a sample's labels.
fn label(name: &str, value: f64) -> Vec<u8> {
    let mut label = Chunk::default();
    label.push(name.as_bytes());
    label.push(b"=\"");
    push_f64(&mut label, value);
    label.push(b"\"} ");
    label.as_bytes().to_vec()
}

impl<W: Write> TextEncoder<W> {
    /// An encoder that hands its chunks to `out`, one `write_all` each.
    pub fn new(out: W) -> Self {
        Self {
            out,
            chunk: Chunk::default(),
            name: Often::default(),
            bucket: Chunk::default(),
            bounds: Bounds::default(),
            error: None,
        }
    }

    /// Hands on the last chunk and gives `out` back.
    ///
    /// # Errors
    ///
    /// The first error of `out`, which has also ended the walk.
    pub fn finish(mut self) -> io::Result<W> {
        if self.chunk.len() > 0 {
            let _ = self.flush();
        }
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.out),
        }
    }

    fn flush(&mut self) -> ControlFlow<()> {
        if self.error.is_none() {
            self.error = self.out.write_all(self.chunk.as_bytes()).err();
        }
        self.chunk.clear();
        match self.error {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }

    /// `name{labels} ` and the like, ready for the value.
    #[inline]
    fn begin_line(&mut self, suffix: &[u8], series: &SeriesView<'_>) {
        let (constant, labels) = (series.constant.as_str(), series.labels.as_str());
        if suffix.is_empty() && constant.is_empty() && !labels.is_empty() {
            // as most lines are, in three copies
            self.chunk.push_often(&self.name);
            self.chunk.push(labels.as_bytes());
            self.chunk.push_array(*b"} ");
            return;
        }
        let name = bare(&self.name);
        self.chunk.push(name);
        self.chunk.push(suffix);
        let has_labels = push_labels(&mut self.chunk, series);
        self.chunk.push(if has_labels { b"} " } else { b" " });
    }

    fn histogram(&mut self, series: &SeriesView<'_>, buckets: &Buckets<'_>) {
        let name = bare(&self.name);
        self.bucket.clear();
        self.bucket.push(name);
        self.bucket.push(b"_bucket");
        let has_labels = push_labels(&mut self.bucket, series);
        self.bucket.push(if has_labels { b"," } else { b"{" });
        self.bounds.render(buckets.bounds);
        let counts = buckets.cumulative.iter().copied().chain([buckets.count]);
        for (bound, count) in self.bounds.rendered.iter().zip(counts) {
            self.chunk.push(self.bucket.as_bytes());
            self.chunk.push_often(bound);
            push_u64(&mut self.chunk, count);
            self.chunk.push_byte(b'\n');
        }
        self.sum_and_count(series, buckets.sum, buckets.count);
    }

    fn summary(&mut self, series: &SeriesView<'_>, summary: &Quantiles<'_>) {
        for (quantile, value) in summary.quantiles {
            let name = bare(&self.name);
            self.chunk.push(name);
            let has_labels = push_labels(&mut self.chunk, series);
            self.chunk.push(if has_labels { b"," } else { b"{" });
            self.chunk.push(&label("quantile", *quantile));
            push_f64(&mut self.chunk, *value);
            self.chunk.push_byte(b'\n');
        }
        self.sum_and_count(series, summary.sum, summary.count);
    }

    fn sum_and_count(&mut self, series: &SeriesView<'_>, sum: f64, count: u64) {
        self.begin_line(b"_sum", series);
        push_f64(&mut self.chunk, sum);
        self.chunk.push_byte(b'\n');
        self.begin_line(b"_count", series);
        push_u64(&mut self.chunk, count);
        self.chunk.push_byte(b'\n');
    }
}

/// A name without the brace.
fn bare(name: &Often) -> &[u8] {
    let name = name.as_bytes();
    name.strip_suffix(b"{").unwrap_or(name)
}

/// `{constant,labels`, without the closing brace; whether there are any.
fn push_labels(out: &mut Chunk, series: &SeriesView<'_>) -> bool {
    let mut opening = b'{';
    for labels in [series.constant, series.labels] {
        if !labels.as_str().is_empty() {
            out.push_byte(opening);
            out.push(labels.as_str().as_bytes());
            opening = b',';
        }
    }
    opening == b','
}

impl<W: Write> Visitor for TextEncoder<W> {
    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        self.name = Often::new(format!("{}{{", family.name).as_bytes());
        let out = &mut self.chunk;
        out.push(b"# HELP ");
        out.push(family.name.as_bytes());
        out.push_byte(b' ');
        push_help(out, family.help);
        out.push(b"\n# TYPE ");
        out.push(family.name.as_bytes());
        out.push_byte(b' ');
        out.push(family.kind.as_str().as_bytes());
        out.push_byte(b'\n');
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        match &series.value {
            Value::Number(number) => {
                self.begin_line(b"", series);
                push_number(&mut self.chunk, *number);
                self.chunk.push_byte(b'\n');
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
fn push_help(out: &mut Chunk, help: &str) {
    for byte in help.bytes() {
        match byte {
            b'\\' => out.push(b"\\\\"),
            b'\n' => out.push(b"\\n"),
            byte => out.push_byte(byte),
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
