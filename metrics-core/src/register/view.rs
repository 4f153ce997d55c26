//! A registry at one moment, with the registries of ours that are attached to it, to be walked without a lock; and the
//! order of all their families.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::conflict::{Claim, conflict};
use super::guest::{Guest, What};
use super::{Conflict, Entry, Registry};
use crate::declare::Kind;
use crate::update::{LabelText, Labels, state_label};

/// A number that there is once in the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp(u64);

impl Stamp {
    pub(super) fn new() -> Self {
        // each is another, and no two are compared for their order: so there is no model of it
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Relaxed))
    }
}

/// One registry at one moment.
#[derive(Debug)]
pub(crate) struct View {
    registry: Registry,
    stamp: Stamp,
    /// The registry's own constant labels.
    own: Arc<LabelText>,
    /// Those of the registries that it is attached to, as far as it does not have them itself.
    outer: LabelText,
    /// Both.
    pub(crate) constant: Arc<LabelText>,
    pub(crate) entries: Arc<[Entry]>,
    pub(super) guests: Arc<[Guest]>,
    pub(super) conflicts: Arc<[Conflict]>,
}

impl View {
    /// Whether it is one of this registry.
    pub(super) fn is_of(&self, registry: &Registry) -> bool {
        Arc::ptr_eq(&self.registry.0, &registry.0)
    }

    /// Whether a registry is attached, of whatever kind.
    pub(super) fn has_attached(&self) -> bool {
        let mut guests = self.guests.iter();
        guests.any(|guest| matches!(guest.what, What::Foreign(..) | What::Registry(_)))
    }

    /// `self` where it is attached to what has these constant labels.
    fn inside(mut self, around: &LabelText) -> Self {
        let around = without(around.labels(), |name| has(self.own.labels(), name));
        if !around.labels().as_str().is_empty() {
            self.constant = Arc::new(joined(&around, self.own.labels()));
            self.outer = around;
        }
        self
    }

    /// The constant labels of a family: a label that it has itself goes before one of a registry around its own.
    pub(crate) fn constant_of<'v>(&'v self, entry: &'v Entry) -> Cow<'v, str> {
        let own = entry.constant(&self.own);
        if self.outer.labels().as_str().is_empty() {
            return Cow::Borrowed(own.as_str());
        }
        let descriptor = entry.descriptor;
        let state = (descriptor.kind() == Kind::StateSet).then(|| state_label(&entry.name));
        let outer = without(self.outer.labels(), |name| {
            let declared = descriptor.labels().iter().any(|label| label.name == name);
            declared || state.as_deref() == Some(name) || has(own, name)
        });
        Cow::Owned(joined(&outer, own).labels().as_str().to_owned())
    }
}

fn has(labels: Labels<'_>, name: &str) -> bool {
    labels.pairs().any(|(own, _)| own == name)
}

fn joined(first: &LabelText, then: Labels<'_>) -> LabelText {
    let mut all = first.clone();
    for (name, value) in then.pairs() {
        all.push(name, &value);
    }
    all
}

/// `labels`, but those whose names `leave_out` tells.
pub(crate) fn without(labels: Labels<'_>, leave_out: impl Fn(&str) -> bool) -> LabelText {
    let mut rest = LabelText::default();
    for (name, value) in labels.pairs().filter(|(name, _)| !leave_out(name)) {
        rest.push(name, &value);
    }
    rest
}

/// Where the declared families of several registries stand, in the order of names, without those that clash. It is found
/// once for each change of one of the registries, since it takes some microseconds a family.
#[derive(Debug)]
pub(super) struct Order {
    stamps: Vec<Stamp>,
    pub(super) families: Vec<Standing>,
    pub(super) conflicts: Vec<Conflict>,
}

/// Where a declared family stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    /// The index of its registry's view.
    pub(super) view: usize,
    /// The index of its entry there.
    pub(super) entry: usize,
    /// Whether it is one family with that before it.
    pub(super) goes_on: bool,
}

impl Standing {
    pub(super) fn of(self, views: &[View]) -> (&View, &Entry) {
        let view = &views[self.view];
        (view, &view.entries[self.entry])
    }
}

impl Order {
    fn of(views: &[View]) -> Self {
        let mut order = Self {
            stamps: views.iter().map(|view| view.stamp).collect(),
            families: first(views),
            conflicts: Vec::new(),
        };
        for (index, view) in views.iter().enumerate().skip(1) {
            for entry in 0..view.entries.len() {
                let standing = Standing {
                    view: index,
                    entry,
                    goes_on: false,
                };
                order.place(standing, views);
            }
        }
        order
    }

    fn place(&mut self, new: Standing, views: &[View]) {
        let name = |standing: &Standing| &*standing.of(views).1.name;
        let (view, entry) = new.of(views);
        let find = |other: &str| -> Option<Claim<'_>> {
            let found = self.families.binary_search_by(|old| name(old).cmp(other));
            let old = self.families.get(found.ok()?)?;
            Some(old.of(views).1.claim())
        };
        let clash = conflict(entry.claim(), find);
        let begin = self
            .families
            .partition_point(|old| *name(old) < *entry.name);
        let end = self
            .families
            .partition_point(|old| *name(old) <= *entry.name);
        let Some(clash) = clash else {
            self.families.insert(begin, new);
            return;
        };
        let mut namesakes = self.families[begin..end].iter().map(|old| old.of(views));
        if matches!(clash, Conflict::SameName { .. })
            && namesakes.all(|old| is_one_family(old, (view, entry)))
        {
            let more = Standing {
                goes_on: true,
                ..new
            };
            self.families.insert(end, more);
        } else {
            self.conflicts.push(clash);
        }
    }
}

/// Where the families of the first of `views` stand, which do not clash.
pub(super) fn first(views: &[View]) -> Vec<Standing> {
    let entries = views.first().map_or(0, |view| view.entries.len());
    let standing = |entry| Standing {
        view: 0,
        entry,
        goes_on: false,
    };
    (0..entries).map(standing).collect()
}

/// Whether two entries of one name can be one family: instances of one declaration, in registries whose constant labels
/// tell their series apart.
fn is_one_family((old_view, old): (&View, &Entry), (new_view, new): (&View, &Entry)) -> bool {
    let sorted = |view: &View, entry: &Entry| -> Vec<(String, String)> {
        let constant = view.constant_of(entry);
        let pairs = Labels::rendered(&constant).pairs();
        let mut pairs: Vec<_> = pairs
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        pairs.sort();
        pairs
    };
    old.descriptor.source() == new.descriptor.source()
        && old.descriptor.kind() == new.descriptor.kind()
        && sorted(old_view, old) != sorted(new_view, new)
}

impl Registry {
    /// This registry alone.
    pub(crate) fn view(&self) -> View {
        let state = self.state();
        View {
            registry: self.clone(),
            stamp: state.stamp,
            own: Arc::clone(&self.0.constant),
            outer: LabelText::default(),
            constant: Arc::clone(&self.0.constant),
            entries: Arc::clone(&state.entries),
            guests: Arc::clone(&state.guests),
            conflicts: Arc::clone(&state.conflicts),
        }
    }

    /// This registry, and then those of ours that are attached to it, and to them: each once, where it comes first.
    pub(crate) fn views(&self) -> Vec<View> {
        let mut views = Vec::new();
        self.add_views(&LabelText::default(), &mut views);
        views
    }

    fn add_views(&self, around: &LabelText, views: &mut Vec<View>) {
        if views.iter().any(|view| view.is_of(self)) {
            return;
        }
        let view = self.view().inside(around);
        let (guests, constant) = (Arc::clone(&view.guests), Arc::clone(&view.constant));
        views.push(view);
        for guest in guests.iter() {
            if let What::Registry(attached) = &guest.what {
                attached.add_views(&constant, views);
            }
        }
    }

    /// In which order the declared families of `views` stand, which are of this registry.
    pub(super) fn order(&self, views: &[View]) -> Arc<Order> {
        let is_current = |order: &Arc<Order>| {
            let stamps = views.iter().map(|view| view.stamp);
            order.stamps.iter().copied().eq(stamps)
        };
        if let Some(known) = self.state().order.clone().filter(is_current) {
            return known;
        }
        let order = Arc::new(Order::of(views));
        self.state().order = Some(Arc::clone(&order));
        order
    }
}
