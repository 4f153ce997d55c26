//! A visitor that is shown only what was chosen: it stands between the walk and an encoder.

use std::ops::ControlFlow;

use metrics_core::{FamilyView, SeriesView, Visitor};

use super::{Choice, Selection};

/// Passes on what a selection chooses; of a family in which it chooses nothing, not the name either.
pub(crate) struct Filtered<'s, V> {
    selection: &'s Selection,
    inner: V,
    /// What of the family that the walk is at.
    choice: Choice<'s>,
    /// That family, while it is not known whether any series of it is chosen.
    waiting: Option<Waiting>,
}

/// A family that was not passed on yet.
struct Waiting {
    name: String,
    help: String,
    unit: String,
    rest: FamilyView<'static>,
}

impl Waiting {
    fn new(family: &FamilyView<'_>) -> Self {
        Self {
            name: family.name.to_owned(),
            help: family.help.to_owned(),
            unit: family.unit.to_owned(),
            rest: family.with_texts("", "", ""),
        }
    }

    fn view(&self) -> FamilyView<'_> {
        self.rest.with_texts(&self.name, &self.help, &self.unit)
    }
}

impl<'s, V: Visitor> Filtered<'s, V> {
    pub(crate) fn new(selection: &'s Selection, inner: V) -> Self {
        Self {
            selection,
            inner,
            choice: Choice::All,
            waiting: None,
        }
    }

    pub(crate) fn into_inner(self) -> V {
        self.inner
    }
}

impl<V: Visitor> Visitor for Filtered<'_, V> {
    fn wants(&mut self, family: &FamilyView<'_>) -> bool {
        let choice = self.selection.of_family(family.name, family.kind);
        choice.is_some() && self.inner.wants(family)
    }

    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        // not kept from `wants`, which is asked of some families before the walk
        self.choice = (self.selection)
            .of_family(family.name, family.kind)
            .unwrap_or_default();
        self.waiting = None;
        match self.choice {
            Choice::All => self.inner.family(family),
            Choice::ByLabels(_) => {
                self.waiting = Some(Waiting::new(family));
                ControlFlow::Continue(())
            }
        }
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        if let Choice::ByLabels(_) = self.choice {
            let pairs = || series.constant.pairs().chain(series.point.labels.pairs());
            if !self.choice.chooses(pairs) {
                return ControlFlow::Continue(());
            }
            if let Some(family) = self.waiting.take() {
                self.inner.family(&family.view())?;
            }
        }
        self.inner.series(series)
    }
}
