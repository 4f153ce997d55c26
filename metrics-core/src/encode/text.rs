//! The text format, version 0.0.4, written in chunks, so that no scrape is ever one huge string.
//! Format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::io::{self, Write};
use std::ops::ControlFlow;

use super::chunk::{Chunk, Line, Piece};
use super::number;
use crate::gather::{FamilyView, SeriesView, Visitor};
use crate::register::Registry;
use crate::update::{Buckets, Number, Quantiles, Value};

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
    names: Names,
    /// The labels of a series, where they are put together.
    labels: String,
    /// What all buckets of a histogram begin with.
    bucket: Vec<u8>,
    bounds: Bounds,
    error: Option<io::Error>,
}

/// The names of a family's samples, each with an opening brace.
#[derive(Debug, Default)]
struct Names {
    sample: Piece,
    bucket: Piece,
    sum: Piece,
    count: Piece,
}

impl Names {
    fn of(family: &FamilyView<'_>) -> Self {
        let name = |suffix: &str| Piece::new(format!("{}{suffix}{{", family.name));
        Self {
            sample: name(""),
            bucket: name("_bucket"),
            sum: name("_sum"),
            count: name("_count"),
        }
    }
}

/// The `le` labels of a family's histograms, rendered: those of all its series are the same.
#[derive(Debug, Default)]
struct Bounds {
    of: Vec<f64>,
    /// For each bound, and for `+Inf`: `le="…"} `.
    rendered: Vec<Piece>,
}

impl Bounds {
    fn render(&mut self, bounds: &[f64]) {
        if !self.rendered.is_empty() && self.of == bounds {
            return;
        }
        self.of = bounds.to_vec();
        let all = bounds.iter().copied().chain([f64::INFINITY]);
        self.rendered = all.map(|bound| Piece::new(label("le", bound))).collect();
    }
}

/// `name="value"} `, the last of a sample's labels.
fn label(name: &str, value: f64) -> Vec<u8> {
    let mut label = Chunk::default();
    label.push(name.as_bytes());
    label.push(b"=\"");
    number::push(&mut label, Number::Float(value));
    label.push(b"\"} ");
    label.as_bytes().to_vec()
}

impl<W: Write> TextEncoder<W> {
    /// An encoder that hands its chunks to `out`, one `write_all` each.
    pub fn new(out: W) -> Self {
        Self {
            out,
            chunk: Chunk::default(),
            names: Names::default(),
            labels: String::new(),
            bucket: Vec::new(),
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

    fn histogram(&mut self, labels: &str, buckets: &Buckets<'_>) {
        self.bucket.clear();
        self.bucket.extend_from_slice(self.names.bucket.as_bytes());
        if !labels.is_empty() {
            self.bucket.extend_from_slice(labels.as_bytes());
            self.bucket.push(b',');
        }
        self.bounds.render(buckets.bounds);
        let counts = buckets.cumulative.iter().copied().chain([buckets.count]);
        for (bound, count) in self.bounds.rendered.iter().zip(counts) {
            let is_short = self.chunk.push_line(|line| {
                line.push_text(&self.bucket)?;
                line.push_piece(bound)?;
                number::push_u64(line, count)?;
                line.push_array(*b"\n")
            });
            if !is_short {
                let parts = [&*self.bucket, bound.as_bytes()];
                push_long_line(&mut self.chunk, &parts, Number::Unsigned(count));
            }
        }
        let (sum, count) = (Number::Float(buckets.sum), Number::Unsigned(buckets.count));
        push_sample(&mut self.chunk, &self.names.sum, labels, sum);
        push_sample(&mut self.chunk, &self.names.count, labels, count);
    }

    fn summary(&mut self, labels: &str, summary: &Quantiles<'_>) {
        let separator: &[u8] = if labels.is_empty() { b"" } else { b"," };
        for (quantile, value) in summary.quantiles {
            let quantile = label("quantile", *quantile);
            let name = self.names.sample.as_bytes();
            let parts = [name, labels.as_bytes(), separator, &quantile];
            push_long_line(&mut self.chunk, &parts, Number::Float(*value));
        }
        let (sum, count) = (Number::Float(summary.sum), Number::Unsigned(summary.count));
        push_sample(&mut self.chunk, &self.names.sum, labels, sum);
        push_sample(&mut self.chunk, &self.names.count, labels, count);
    }

    #[inline(never)]
    fn value(&mut self, labels: &str, value: &Value<'_>) {
        match value {
            Value::Number(number) => {
                push_sample(&mut self.chunk, &self.names.sample, labels, *number);
            }
            Value::Histogram(buckets) => self.histogram(labels, buckets),
            Value::Summary(summary) => self.summary(labels, summary),
        }
    }

    /// A series that has constant labels too.
    #[cold]
    #[inline(never)]
    fn constant_and_own(&mut self, series: &SeriesView<'_>) {
        let mut labels = std::mem::take(&mut self.labels);
        labels.clear();
        labels.push_str(series.constant.as_str());
        if !series.point.labels.as_str().is_empty() {
            labels.push(',');
            labels.push_str(series.point.labels.as_str());
        }
        self.value(&labels, &series.point.value);
        self.labels = labels;
    }
}

/// `name{labels} n`, as most samples are. With the number by itself: a [`Number`] is stored in halves and copied whole,
/// for which the processor has to wait.
#[inline(always)]
fn push_integer(out: &mut Chunk, name: &Piece, labels: &str, n: u64) {
    if let Some(mut line) = out.line()
        && !labels.is_empty()
        && write_integer(&mut line, name, labels, n).is_some()
    {
        let len = line.len;
        out.add(len);
    } else {
        push_long_sample(out, name, labels, Number::Unsigned(n));
    }
}

#[inline(always)]
fn write_integer(line: &mut Line<'_>, name: &Piece, labels: &str, n: u64) -> Option<()> {
    line.push_piece(name)?;
    line.push_text(labels.as_bytes())?;
    line.push_array(*b"} ")?;
    number::push_u64(line, n)?;
    line.push_array(*b"\n")
}

/// `name{labels} number`.
fn push_sample(out: &mut Chunk, name: &Piece, labels: &str, number: Number) {
    let is_short = !labels.is_empty()
        && out.push_line(|line| {
            line.push_piece(name)?;
            line.push_text(labels.as_bytes())?;
            line.push_array(*b"} ")?;
            number::push_number(line, number)?;
            line.push_array(*b"\n")
        });
    if !is_short {
        push_long_sample(out, name, labels, number);
    }
}

#[cold]
#[inline(never)]
fn push_long_sample(out: &mut Chunk, name: &Piece, labels: &str, number: Number) {
    let name = name.as_bytes();
    if labels.is_empty() {
        let bare = name.strip_suffix(b"{").unwrap_or(name);
        push_long_line(out, &[bare, b" "], number);
    } else {
        push_long_line(out, &[name, labels.as_bytes(), b"} "], number);
    }
}

fn push_long_line(out: &mut Chunk, parts: &[&[u8]], number: Number) {
    for part in parts {
        out.push(part);
    }
    number::push(out, number);
    out.push(b"\n");
}

impl<W: Write> Visitor for TextEncoder<W> {
    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        self.names = Names::of(family);
        let out = &mut self.chunk;
        for part in ["# HELP ", family.name, " "] {
            out.push(part.as_bytes());
        }
        push_help(out, family.help);
        for part in [
            "\n# TYPE ",
            family.name,
            " ",
            family.kind.as_text_type(),
            "\n",
        ] {
            out.push(part.as_bytes());
        }
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        let labels = series.point.labels.as_str();
        if series.constant.as_str().is_empty() {
            match &series.point.value {
                Value::Number(Number::Unsigned(n)) => {
                    push_integer(&mut self.chunk, &self.names.sample, labels, *n);
                }
                value => self.value(labels, value),
            }
        } else {
            self.constant_and_own(series);
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
            byte => out.push(&[byte]),
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
