//! Which families of two catalogues are the same: by name, else by the field or the place that declares them.

use std::collections::BTreeMap;

use crate::artifacts::catalog::model::Family;

/// The families of two catalogues.
pub(super) struct Pairs<'c> {
    /// The same in the old one and in the new one.
    pub(super) both: Vec<(&'c Family, &'c Family)>,
    pub(super) removed: Vec<&'c Family>,
    pub(super) added: Vec<&'c Family>,
}

impl<'c> Pairs<'c> {
    /// What the family of this old name is called now.
    pub(super) fn new_name<'a>(&'a self, old: &'a str) -> &'a str {
        let mut both = self.both.iter();
        let found = both.find(|(before, _)| before.name == old);
        found.map_or(old, |(_, after)| &after.name)
    }
}

pub(super) fn of<'c>(old: &'c [Family], new: &'c [Family]) -> Pairs<'c> {
    let mut pairs = Pairs {
        both: Vec::new(),
        removed: old.iter().collect(),
        added: new.iter().collect(),
    };
    pairs.find(|family| Some((vec![&*family.name], 0)));
    // a field keeps its name when prefixes, the namespace or `name = …` change
    pairs.find(|family| {
        let field = family.declared.field.as_deref()?;
        let mut key: Vec<_> = family.sets.iter().map(String::as_str).collect();
        key.push(field);
        Some((key, 0))
    });
    // a field that was renamed mostly stays where it is
    pairs.find(|family| {
        let place = &family.declared;
        place.field.as_ref()?;
        Some((vec![&*place.package, &*place.file], place.line))
    });
    pairs.both.sort_by(|a, b| a.0.name.cmp(&b.0.name));
    pairs
}

impl<'c> Pairs<'c> {
    /// Pairs those that alone have their key, on both sides.
    fn find<K: Ord>(&mut self, key: impl Fn(&'c Family) -> Option<K>) {
        let by_key = |families: &[&'c Family]| {
            let mut by_key: BTreeMap<K, Vec<&'c Family>> = BTreeMap::new();
            for family in families {
                if let Some(key) = key(family) {
                    by_key.entry(key).or_default().push(family);
                }
            }
            by_key
        };
        let mut added = by_key(&self.added);
        for (key, old) in by_key(&self.removed) {
            if let ([old], Some([new])) = (&*old, added.remove(&key).as_deref()) {
                self.removed.retain(|family| family.name != old.name);
                self.added.retain(|family| family.name != new.name);
                self.both.push((old, new));
            }
        }
    }
}
