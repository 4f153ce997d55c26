//! The walk: every family of a registry in the order of names, shown to a visitor.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use super::{FamilyView, SeriesView, Visitor};
use crate::declare::Descriptor;
use crate::register::{Entry, Exposed, Exposition, Reading, Registry, Scope, without};
use crate::update::{LabelText, Labels, Number, Point, Value, forget_panic, with_proto_value};

impl Registry {
    /// For so long [`Registry::gather`] waits for code of users: as long as Prometheus waits for a scrape by default
    /// (`scrape_timeout`).
    pub const GATHER_DEADLINE: Duration = Duration::from_secs(10);

    /// Shows every family and series to `visitor`.
    ///
    /// No lock is held meanwhile. Updates go on: a series shows a value between that at the start of the
    /// walk and that at its end, and a counter never one that is lower than it showed before, but for a wrap.
    ///
    /// Code of users runs before the walk; [`Registry::add_collector`] says how it is contained. It is waited for no
    /// longer than [`Registry::GATHER_DEADLINE`].
    ///
    /// # Panics
    ///
    /// If the visitor does.
    pub fn gather(&self, visitor: &mut dyn Visitor) -> ControlFlow<()> {
        self.gather_until(Instant::now() + Self::GATHER_DEADLINE, visitor)
    }

    /// The same, where code of users is waited for until `deadline`.
    ///
    /// What has not ended then is left out, and counted by name. What hangs since an earlier gather has used up its time,
    /// and is not waited for. The walk itself goes on after the deadline: a visitor ends it by breaking off.
    ///
    /// # Panics
    ///
    /// If the visitor does.
    pub fn gather_until(&self, deadline: Instant, visitor: &mut dyn Visitor) -> ControlFlow<()> {
        let exposition = Exposition::of(self, Scope::Whole, deadline, &mut |entry| {
            visitor.wants(&declared(entry))
        });
        let (families, _) = exposition.families();
        show_all(&families, visitor)
    }

    /// The same for the declared families alone.
    pub(crate) fn gather_declared(&self, visitor: &mut dyn Visitor) -> ControlFlow<()> {
        let deadline = Instant::now() + Self::GATHER_DEADLINE;
        let exposition = Exposition::of(self, Scope::Own, deadline, &mut |entry| {
            visitor.wants(&declared(entry))
        });
        show_all(&exposition.declared(), visitor)
    }
}

fn show_all(families: &[Exposed<'_>], visitor: &mut dyn Visitor) -> ControlFlow<()> {
    let mut is_wanted = false;
    families.iter().try_for_each(|family| {
        let is_new = !matches!(family, Exposed::More(..));
        if is_new {
            let shown = view_of(family);
            is_wanted = match family {
                // it was asked already
                Exposed::Entry(_, _, Reading::Before(_)) => true,
                Exposed::Entry(_, _, Reading::Declined) => false,
                _ => visitor.wants(&shown),
            };
            if is_wanted {
                visitor.family(&shown)?;
            }
        }
        if is_wanted {
            show_series(family, visitor)?;
        }
        ControlFlow::Continue(())
    })
}

fn show_series(family: &Exposed<'_>, visitor: &mut dyn Visitor) -> ControlFlow<()> {
    match family {
        Exposed::Entry(view, entry, reading) | Exposed::More(view, entry, reading) => {
            let constant = view.constant_of(entry);
            let constant = Labels::rendered(&constant);
            match reading {
                Reading::Now => read(entry, constant, visitor),
                Reading::Before(read) => {
                    let mut series =
                        |point: &Point<'_>| visitor.series(&SeriesView { constant, point });
                    let mut points = read.output().into_iter().flat_map(|points| points.iter());
                    points.try_for_each(|point| point.show(&mut series))
                }
                Reading::Declined => ControlFlow::Continue(()),
            }
        }
        Exposed::Trouble(trouble) => trouble.rows.iter().try_for_each(|row| {
            let count = Value::Number(Number::Unsigned(row.count));
            visitor.series(&SeriesView {
                constant: row.constant.labels(),
                point: &Point::new(row.labels.labels(), count),
            })
        }),
        Exposed::Foreign(view, _, kind, foreign) => {
            foreign.get_metric().iter().try_for_each(|metric| {
                let mut labels = LabelText::default();
                for label in metric.get_label() {
                    labels.push(label.name(), label.value());
                }
                let constant = not_own(view.constant.labels(), labels.labels());
                with_proto_value(*kind, metric, |value| {
                    visitor.series(&SeriesView {
                        constant: Labels::rendered(&constant),
                        point: &Point::new(labels.labels(), value),
                    })
                })
            })
        }
    }
}

/// A metric that says it runs no code of users and panics all the same costs its own series alone. A visitor that panics
/// may have shown half a series: that ends the walk, and is its caller's affair.
fn read(entry: &Entry, constant: Labels<'_>, visitor: &mut dyn Visitor) -> ControlFlow<()> {
    let is_visiting = Cell::new(false);
    let mut visited = |point: &Point<'_>| {
        is_visiting.set(true);
        let flow = visitor.series(&SeriesView { constant, point });
        is_visiting.set(false);
        flow
    };
    // encoders write whole series, so what was shown before a panic stands
    let read = catch_unwind(AssertUnwindSafe(|| entry.metric.read(&mut visited)));
    read.unwrap_or_else(|panic| {
        if is_visiting.get() {
            resume_unwind(panic);
        }
        forget_panic(panic);
        ControlFlow::Continue(())
    })
}

fn view_of<'e>(family: &'e Exposed<'_>) -> FamilyView<'e> {
    match family {
        Exposed::Entry(_, entry, _) | Exposed::More(_, entry, _) => declared(entry),
        Exposed::Trouble(trouble) => described(trouble.descriptor.name(), trouble.descriptor),
        Exposed::Foreign(_, _, kind, family) => FamilyView {
            name: family.name(),
            help: family.help(),
            kind: *kind,
            unit: "",
            descriptor: None,
            set: None,
        },
    }
}

fn declared(entry: &Entry) -> FamilyView<'_> {
    FamilyView {
        set: entry.declared.sets().next().copied(),
        ..described(&entry.name, entry.descriptor)
    }
}

fn described<'e>(name: &'e str, descriptor: &'static Descriptor) -> FamilyView<'e> {
    FamilyView {
        name,
        help: descriptor.help(),
        kind: descriptor.kind(),
        unit: descriptor.unit(),
        descriptor: Some(descriptor),
        set: None,
    }
}

/// The constant labels that the series does not have itself: of a declared family that was checked, here it
/// is not known before.
fn not_own<'c>(constant: Labels<'c>, own: Labels<'_>) -> Cow<'c, str> {
    let has = |name: &str| own.pairs().any(|(of_own, _)| of_own == name);
    if !constant.pairs().any(|(name, _)| has(name)) {
        return Cow::Borrowed(constant.as_str());
    }
    Cow::Owned(without(constant, has).labels().as_str().to_owned())
}
