//! A panel that has no place yet, and rows of them; `layout` gives them their places.

use super::visual::Visual;

/// The height of most panels.
pub(super) const HEIGHT: u32 = 8;
/// The height of panels that show one number.
pub(super) const LOW: u32 = 4;
/// Two and three beside each other.
pub(super) const HALF: u32 = 12;
pub(super) const THIRD: u32 = 8;

/// How many of many series are shown.
pub(super) const LARGEST: u32 = 10;

/// A panel, but for its place.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) title: String,
    pub(super) description: String,
    /// The family that it is about, by which it is told apart from others of the same title.
    pub(super) family: String,
    pub(super) visual: Visual,
    /// The least width; what is left of a line is shared out.
    pub(super) width: u32,
    pub(super) height: u32,
    /// Whether it is the first of some that belong together, and so begins a line.
    pub(super) is_first: bool,
    pub(super) queries: Vec<Query>,
}

/// A query, and how its series are called.
#[derive(Clone, Debug)]
pub(super) struct Query {
    pub(super) expr: String,
    pub(super) legend: String,
    /// Whether there are exemplars to be shown beside.
    pub(super) exemplars: bool,
    /// Whether there may be more series than it shows.
    pub(super) is_cut: bool,
}

impl Query {
    pub(super) fn new(expr: String, legend: impl Into<String>) -> Self {
        Self {
            expr,
            legend: legend.into(),
            exemplars: false,
            is_cut: false,
        }
    }

    /// The largest series only, if there may be many.
    #[must_use]
    pub(super) fn largest(self, are_many: bool) -> Self {
        if !are_many {
            return self;
        }
        Self {
            expr: format!("topk({LARGEST}, {})", self.expr),
            is_cut: true,
            ..self
        }
    }
}

/// Panels under one title.
#[derive(Clone, Debug)]
pub(super) struct DraftRow {
    pub(super) title: String,
    /// Whether it is closed until somebody opens it.
    pub(super) collapsed: bool,
    pub(super) panels: Vec<Draft>,
}
