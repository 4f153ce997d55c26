//! The engine of the text formats: families and series become lines, lines become chunks of about
//! [`CHUNK_LEN`] bytes, and those go out.

use std::io::{self, Write};
use std::ops::ControlFlow;

use super::chunk::Chunk;
use super::family::{Bounds, Names, label};
use super::sample::{push_exemplar, push_integer, push_long_line, push_sample, push_time};
use super::{Dialect, number};
use crate::encode::{CHUNK_LEN, exemplar};
use crate::gather::{FamilyView, SeriesView};
use crate::update::{Buckets, Number, Point, Quantiles, Value};

/// Writes one text format.
#[derive(Debug)]
pub(super) struct Lines<W, D> {
    out: W,
    pub(super) dialect: D,
    chunk: Chunk,
    names: Names,
    /// The labels of a series, where they are put together.
    labels: String,
    /// What all buckets of a histogram begin with.
    bucket: Vec<u8>,
    bounds: Bounds,
    error: Option<io::Error>,
}

impl<W: Write, D: Dialect> Lines<W, D> {
    pub(super) fn new(out: W, dialect: D) -> Self {
        Self {
            out,
            dialect,
            chunk: Chunk::default(),
            names: Names::default(),
            labels: String::new(),
            bucket: Vec::new(),
            bounds: Bounds::default(),
            error: None,
        }
    }

    /// Hands on the last chunk, with `end` behind it, and gives `out` back.
    pub(super) fn finish(mut self, end: &[u8]) -> io::Result<W> {
        self.chunk.push(end);
        if self.chunk.len() > 0 {
            let _ = self.flush();
        }
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.out),
        }
    }

    pub(super) fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        self.names = Names::of(family);
        self.dialect.head(family, &mut self.chunk);
        ControlFlow::Continue(())
    }

    #[inline(always)]
    pub(super) fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        let labels = series.point.labels.as_str();
        if series.constant.as_str().is_empty() {
            match &series.point.value {
                Value::Number(Number::Unsigned(n)) if self.dialect.is_plain(series.point) => {
                    push_integer(&mut self.chunk, &self.names.sample, labels, *n);
                }
                _ => self.value(labels, series.point),
            }
        } else {
            self.constant_and_own(series);
        }
        if self.chunk.len() < CHUNK_LEN {
            return ControlFlow::Continue(());
        }
        self.flush()
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
        self.value(&labels, series.point);
        self.labels = labels;
    }

    #[inline(never)]
    fn value(&mut self, labels: &str, point: &Point<'_>) {
        match &point.value {
            Value::Number(number) => {
                if !self.dialect.takes(number.as_f64()) {
                    return;
                }
                push_sample(&mut self.chunk, &self.names.sample, labels, *number);
                if let Some(newest) = exemplar::newest(self.dialect.exemplars(point)) {
                    push_exemplar(&mut self.chunk, newest);
                }
            }
            Value::Histogram(buckets) => self.histogram(labels, buckets, point),
            Value::Summary(summary) => self.summary(labels, summary),
        }
        if let Some(created) = self.dialect.created()
            && point.created_millis != 0
        {
            push_time(&mut self.chunk, created, labels, point.created_millis);
        }
    }

    fn histogram(&mut self, labels: &str, buckets: &Buckets<'_>, point: &Point<'_>) {
        self.bucket.clear();
        self.bucket.extend_from_slice(self.names.bucket.as_bytes());
        if !labels.is_empty() {
            self.bucket.extend_from_slice(labels.as_bytes());
            self.bucket.push(b',');
        }
        self.bounds.render::<D>(buckets.bounds);
        let exemplars = self.dialect.exemplars(point);
        let counts = buckets.cumulative.iter().copied().chain([buckets.count]);
        for (index, (bound, count)) in self.bounds.rendered.iter().zip(counts).enumerate() {
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
            if !exemplars.is_empty() {
                let bound_of = |index: usize| buckets.bounds.get(index).copied();
                let below = index.checked_sub(1).and_then(bound_of);
                let bound = bound_of(index).unwrap_or(f64::INFINITY);
                if let Some(inside) = exemplar::in_bucket(exemplars, below, bound) {
                    push_exemplar(&mut self.chunk, inside);
                }
            }
        }
        // a count stands where there is a sum
        if D::takes_sum(buckets.sum, buckets.bounds) {
            self.sum(labels, buckets.sum);
            self.count(labels, buckets.count);
        }
    }

    fn summary(&mut self, labels: &str, summary: &Quantiles<'_>) {
        let separator: &[u8] = if labels.is_empty() { b"" } else { b"," };
        for (quantile, value) in summary.quantiles {
            if !D::takes_quantile(*quantile, *value) {
                continue;
            }
            let quantile = label::<D>("quantile", *quantile);
            let name = self.names.sample.as_bytes();
            let parts = [name, labels.as_bytes(), separator, &quantile];
            push_long_line(&mut self.chunk, &parts, Number::Float(*value));
        }
        if D::takes_sum(summary.sum, &[]) {
            self.sum(labels, summary.sum);
        }
        self.count(labels, summary.count);
    }

    fn sum(&mut self, labels: &str, sum: f64) {
        let sum = Number::Float(sum);
        push_sample(&mut self.chunk, &self.names.sum, labels, sum);
    }

    fn count(&mut self, labels: &str, count: u64) {
        let count = Number::Unsigned(count);
        push_sample(&mut self.chunk, &self.names.count, labels, count);
    }
}
