//! Sets as they were declared: a tree, since a set may hold others. Names are put together where the tree is walked,
//! because a generic set cannot do so in a constant.

use std::borrow::Cow;

use super::message::same;
use super::{Descriptor, Source};

/// What is known of a set while compiling.
#[derive(Clone, Copy, Debug)]
pub struct SetDescriptor {
    /// The name of the struct.
    pub name: &'static str,
    /// What the set is about: the struct's doc comment.
    pub help: &'static str,
    /// Where the struct was declared.
    pub source: Source,
    /// The set's own families, in the order of the fields. [`SetDescriptor::all_families`] has the others too.
    pub families: &'static [Descriptor],
    /// The sets that it holds, in the order of the fields: `#[metric(flatten)]`.
    pub nested: &'static [NestedSet],
    /// The constant labels, names and values: every series of the set and of nested ones has them.
    pub labels: &'static [(&'static str, &'static str)],
    /// Whether the linker registers an instance in [`Registry::global`](crate::Registry::global).
    pub linked: bool,
}

/// A set inside another.
#[derive(Clone, Copy, Debug)]
pub struct NestedSet {
    /// What stands before the names of the nested set: the prefix of the set around it and that of the field, or
    /// nothing.
    pub prefix: &'static str,
    /// The nested set.
    pub set: &'static SetDescriptor,
}

/// A family as it stands in a set, which may be a set around its own.
#[derive(Clone, Debug)]
pub struct SetFamily {
    name: Cow<'static, str>,
    descriptor: &'static Descriptor,
    sets: Vec<SetDescriptor>,
}

impl SetDescriptor {
    /// The set's own family that the field of this name declares.
    pub(crate) const fn family(self, field: &str) -> Option<&'static Descriptor> {
        let families: &'static [Descriptor] = self.families;
        let mut i = 0;
        while i < families.len() {
            if same(families[i].field(), field) {
                return Some(&families[i]);
            }
            i += 1;
        }
        None
    }

    /// Every family of the set, and then those of the sets that it holds, with the names and constant labels that they
    /// have here.
    ///
    /// ```
    /// use metrics_core::{Counter, MetricSet};
    ///
    /// /// A pool of connections.
    /// #[derive(MetricSet)]
    /// #[metrics(prefix = "pool", register = false)]
    /// struct Pool {
    ///     /// Connections opened.
    ///     opened: Counter,
    /// }
    ///
    /// /// A patisserie.
    /// #[derive(MetricSet)]
    /// #[metrics(prefix = "patisserie", labels(zone = "a"))]
    /// struct Patisserie {
    ///     /// Orders placed.
    ///     orders: Counter,
    ///     #[metric(flatten, prefix = "db")]
    ///     db: Pool,
    /// }
    ///
    /// let families: Vec<_> = Patisserie::SET.all_families().collect();
    /// assert_eq!(families[0].name(), "patisserie_orders_total");
    /// assert_eq!(families[1].name(), "patisserie_db_pool_opened_total");
    /// assert_eq!(families[1].descriptor().help(), "Connections opened.");
    /// assert_eq!(families[1].labels().collect::<Vec<_>>(), [("zone", "a")]);
    /// assert_eq!(families[1].sets().map(|set| set.name).collect::<Vec<_>>(), ["Patisserie", "Pool"]);
    /// ```
    pub fn all_families(self) -> impl Iterator<Item = SetFamily> {
        self.flattened().into_iter()
    }

    fn flattened(self) -> Vec<SetFamily> {
        let own = self.families.iter().map(SetFamily::alone);
        let nested = self.nested.iter().flat_map(|nested| {
            let families = nested.set.flattened().into_iter();
            families.map(|family| family.behind(nested.prefix))
        });
        own.chain(nested)
            .map(|family| family.within(self))
            .collect()
    }
}

impl SetFamily {
    /// A family of no set.
    pub(crate) fn alone(descriptor: &'static Descriptor) -> Self {
        Self {
            name: Cow::Borrowed(descriptor.name()),
            descriptor,
            sets: Vec::new(),
        }
    }

    fn behind(mut self, prefix: &str) -> Self {
        if !prefix.is_empty() && !self.descriptor.is_verbatim() {
            self.name = Cow::Owned(format!("{prefix}_{}", self.name));
        }
        self
    }

    fn within(mut self, set: SetDescriptor) -> Self {
        self.sets.insert(0, set);
        self
    }

    /// The name, with the prefixes of all sets around it, without the namespace that a registry may add.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What was declared.
    pub fn descriptor(&self) -> &'static Descriptor {
        self.descriptor
    }

    /// The sets that it is in, the outermost first.
    pub fn sets(&self) -> impl DoubleEndedIterator<Item = &SetDescriptor> {
        self.sets.iter()
    }

    /// The constant labels that all these sets give it, names and values.
    pub fn labels(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.sets().flat_map(|set| set.labels.iter().copied())
    }
}
