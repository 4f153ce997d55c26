//! A visitor that is shown only what was chosen: it stands between the walk and an encoder.

use std::ops::ControlFlow;

use metrics_core::{FamilyView, SeriesView, Visitor};

use super::{Choice, Selection};

/// Passes on what a selection chooses.
pub(crate) struct Filtered<'s, V> {
    selection: &'s Selection,
    inner: V,
    /// What of the family that the walk is at.
    choice: Choice<'s>,
}

impl<'s, V: Visitor> Filtered<'s, V> {
    pub(crate) fn new(selection: &'s Selection, inner: V) -> Self {
        Self {
            selection,
            inner,
            choice: Choice::All,
        }
    }

    pub(crate) fn into_inner(self) -> V {
        self.inner
    }
}

impl<V: Visitor> Visitor for Filtered<'_, V> {
    fn wants(&mut self, family: &FamilyView<'_>) -> bool {
        match self.selection.of_family(family.name, family.kind) {
            Some(choice) => {
                self.choice = choice;
                self.inner.wants(family)
            }
            None => false,
        }
    }

    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        self.inner.family(family)
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        let pairs = || series.constant.pairs().chain(series.point.labels.pairs());
        if self.choice.chooses(pairs) {
            self.inner.series(series)
        } else {
            ControlFlow::Continue(())
        }
    }
}
