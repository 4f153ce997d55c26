//! The walk: every family of a registry in the order of names, shown to a visitor.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering::Relaxed;

use super::{FamilyView, SeriesView, Visitor};
use crate::declare::Descriptor;
use crate::register::{Entry, Exposed, Registry};
use crate::update::{LabelText, Labels, Number, Point, Value, with_proto_value};

impl Registry {
    /// Shows every family and series to `visitor`.
    ///
    /// No lock is held meanwhile. Updates go on: a series shows a value between that at the start of the
    /// walk and that at its end, and a counter never one that is lower than it showed before, but for a wrap.
    ///
    /// Functions and collectors of users that panic are caught; their family stays without the series that were
    /// still to come, and `metrics_read_panics_total` counts it.
    pub fn gather(&self, visitor: &mut dyn Visitor) -> ControlFlow<()> {
        let view = self.view();
        let (exposed, _) = view.exposed();
        exposed
            .iter()
            .try_for_each(|family| show(family, view.constant, visitor))
    }

    /// The same for the declared families alone.
    pub(crate) fn gather_declared(&self, visitor: &mut dyn Visitor) -> ControlFlow<()> {
        let view = self.view();
        let declared = view.declared();
        declared
            .iter()
            .try_for_each(|family| show(family, view.constant, visitor))
    }
}

fn show(
    family: &Exposed<'_>,
    of_registry: &LabelText,
    visitor: &mut dyn Visitor,
) -> ControlFlow<()> {
    let shown = view_of(family);
    let constant = match family {
        Exposed::Entry(entry) => entry.constant(of_registry),
        Exposed::Trouble(..) | Exposed::Foreign(..) => of_registry.labels(),
    };
    if !visitor.wants(&shown) {
        return ControlFlow::Continue(());
    }
    visitor.family(&shown)?;
    match family {
        Exposed::Entry(entry) => read(entry, &mut |point| {
            visitor.series(&SeriesView { constant, point })
        }),
        Exposed::Trouble(_, trouble) => trouble.counts.iter().try_for_each(|(labels, count)| {
            let constant = without(constant, labels.labels());
            let count = Value::Number(Number::Unsigned(*count));
            visitor.series(&SeriesView {
                constant: Labels::rendered(&constant),
                point: &Point::new(labels.labels(), count),
            })
        }),
        Exposed::Foreign(kind, foreign) => foreign.get_metric().iter().try_for_each(|metric| {
            let mut labels = LabelText::default();
            for label in metric.get_label() {
                labels.push(label.name(), label.value());
            }
            let constant = without(constant, labels.labels());
            with_proto_value(*kind, metric, |value| {
                visitor.series(&SeriesView {
                    constant: Labels::rendered(&constant),
                    point: &Point::new(labels.labels(), value),
                })
            })
        }),
    }
}

/// Reads a declared family, which may run code of the user's.
fn read(entry: &Entry, series: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
    // encoders write whole series, so what was shown before a panic stands
    let read = catch_unwind(AssertUnwindSafe(|| entry.metric.read(series)));
    read.unwrap_or_else(|_| {
        entry.panics.fetch_add(1, Relaxed);
        ControlFlow::Continue(())
    })
}

fn view_of<'e>(family: &'e Exposed<'_>) -> FamilyView<'e> {
    let declared = |descriptor: &'static Descriptor| FamilyView {
        name: family.name(),
        help: descriptor.help(),
        kind: descriptor.kind(),
        unit: descriptor.unit(),
        descriptor: Some(descriptor),
    };
    match family {
        Exposed::Entry(entry) => declared(entry.descriptor),
        Exposed::Trouble(_, trouble) => declared(trouble.descriptor),
        Exposed::Foreign(kind, family) => FamilyView {
            name: family.name(),
            help: family.help(),
            kind: *kind,
            unit: "",
            descriptor: None,
        },
    }
}

/// The constant labels that the series does not have itself: of a declared family that was checked, here it
/// is not known before.
fn without<'c>(constant: Labels<'c>, own: Labels<'_>) -> Cow<'c, str> {
    let has = |name: &str| own.pairs().any(|(of_own, _)| of_own == name);
    if !constant.pairs().any(|(name, _)| has(name)) {
        return Cow::Borrowed(constant.as_str());
    }
    let mut rest = LabelText::default();
    for (name, value) in constant.pairs().filter(|(name, _)| !has(name)) {
        rest.push(name, &value);
    }
    Cow::Owned(rest.labels().as_str().to_owned())
}
