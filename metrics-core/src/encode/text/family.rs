//! What all samples of a family have in common, rendered once: their names, and the bounds of their buckets.

use super::Dialect;
use super::chunk::{Chunk, Piece};
use crate::gather::FamilyView;

/// The names of a family's samples, each with an opening brace.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) sample: Piece,
    pub(super) bucket: Piece,
    pub(super) sum: Piece,
    pub(super) count: Piece,
}

impl Names {
    pub(super) fn of(family: &FamilyView<'_>) -> Self {
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
pub(super) struct Bounds {
    of: Vec<f64>,
    /// For each bound, and for `+Inf`: `le="…"} `.
    pub(super) rendered: Vec<Piece>,
}

impl Bounds {
    pub(super) fn render<D: Dialect>(&mut self, bounds: &[f64]) {
        if !self.rendered.is_empty() && self.of == bounds {
            return;
        }
        self.of = bounds.to_vec();
        let all = bounds.iter().copied().chain([f64::INFINITY]);
        self.rendered = all
            .map(|bound| Piece::new(label::<D>("le", bound)))
            .collect();
    }
}

/// `name="value"} `, the last of a sample's labels.
pub(super) fn label<D: Dialect>(name: &str, value: f64) -> Vec<u8> {
    let mut label = Chunk::default();
    label.push(name.as_bytes());
    label.push(b"=\"");
    // every number is short
    label.push_line(|line| D::push_bound(line, value));
    label.push(b"\"} ");
    label.as_bytes().to_vec()
}
