//! What a case leads to, worked out in the plainest way: one act after the other, every observation kept.
//! `expected` is held against it.

use std::collections::BTreeMap;

use super::case::{Act, Case, Declared, LABELS, Of, Shape, Verb};
use super::shapes::CAP;

/// The state of each family of a case.
#[derive(Debug)]
pub(crate) struct Model(pub(crate) Vec<Family>);

#[derive(Debug, Default)]
pub(crate) struct Family {
    pub(crate) series: BTreeMap<Pairs, Series>,
    pub(crate) rejected: u64,
    pub(crate) overflowed: u64,
    /// Of an info or a state set, what was set last.
    pub(crate) current: Option<usize>,
}

/// Label names and values.
pub(crate) type Pairs = Vec<(String, String)>;

/// A series, of whatever kind.
#[derive(Debug, Default)]
pub(crate) struct Series {
    pub(crate) whole: u64,
    pub(crate) signed: i64,
    pub(crate) float: f64,
    pub(crate) observed: Vec<f64>,
    /// What was given as exemplars, in order: the value, and what it was caused by.
    pub(crate) exemplars: Vec<(f64, String)>,
}

impl Model {
    /// All that the threads of a case do, one thread after the other.
    pub(crate) fn of(case: &Case) -> Self {
        let mut families: Vec<_> = case.families.iter().map(Family::new).collect();
        let threads = (0..case.threads.len()).flat_map(|thread| case.acts(thread));
        for act in case.first_acts().chain(threads) {
            families[act.family].does(&case.families[act.family], &act);
        }
        Self(families)
    }
}

impl Family {
    fn new(declared: &Declared) -> Self {
        let mut family = Self::default();
        let labels = match declared.shape {
            _ if matches!(declared.of, Of::Info | Of::States) => 0,
            _ if declared.of == Of::Read => 1,
            Shape::Bare => 1,
            Shape::Finite => LABELS,
            _ => 0,
        };
        for label in 0..labels {
            family.series.entry(declared.pairs(label, &[])).or_default();
        }
        family
    }

    fn does(&mut self, declared: &Declared, act: &Act<'_>) {
        match (declared.of, act.verb) {
            (Of::Info | Of::States, _) => self.current = Some(act.label),
            (_, Verb::Remove) => self.remove(declared, act),
            (_, Verb::Own) => {
                self.found(declared, act);
                self.remove(declared, act);
            }
            (Of::Amount | Of::Sizes, Verb::Bad) => {
                self.found(declared, act);
                self.rejected += 1;
            }
            _ => self.found(declared, act).does(declared.of, act),
        }
    }

    /// The series that an act is done to, perhaps that of what is past the cap.
    fn found(&mut self, declared: &Declared, act: &Act<'_>) -> &mut Series {
        let mut pairs = declared.pairs(act.label, act.texts);
        if declared.shape == Shape::Capped && !self.series.contains_key(&pairs) {
            let overflow = overflow();
            let kept = self.series.keys().filter(|pairs| **pairs != overflow);
            if kept.count() == CAP {
                self.overflowed += 1;
                pairs = overflow;
            }
        }
        self.series.entry(pairs).or_default()
    }

    fn remove(&mut self, declared: &Declared, act: &Act<'_>) {
        let one = declared.one_at(act.label);
        let others = (0..LABELS).filter(|label| declared.one_at(*label) == one);
        for label in others {
            self.series.remove(&declared.pairs(label, act.texts));
        }
    }
}

/// The labels of what is past the cap.
pub(crate) fn overflow() -> Pairs {
    vec![("user".to_owned(), "overflow".to_owned())]
}

impl Series {
    fn does(&mut self, of: Of, act: &Act<'_>) {
        let times = if act.verb == Verb::Kept { 3 } else { 1 };
        match (of, act.verb) {
            (Of::Count, Verb::Edge) => {
                self.whole = self.whole.wrapping_add(u64::MAX - act.whole());
            }
            (Of::Count, _) => self.whole = self.whole.wrapping_add(times * act.whole()),
            (Of::Amount, _) => self.float += times as f64 * act.eighths().abs(),
            (Of::Level, Verb::Set) | (Of::Read, _) => self.signed = act.signed(),
            (Of::Level, Verb::Edge) => self.signed = i64::MIN + act.signed().abs(),
            (Of::Level, _) => self.signed = self.signed.wrapping_add(act.signed()),
            (Of::Fill, Verb::Set) => self.float = act.eighths(),
            (Of::Fill, Verb::Edge) => self.float = act.edge(),
            (Of::Fill, Verb::Kept) => {
                // what is lost at the edges is lost here too
                self.float += act.eighths();
                self.float -= act.eighths();
                self.float += act.eighths();
            }
            (Of::Fill, _) => self.float += act.eighths(),
            (Of::Sizes, Verb::Duration) => self.observed.push(act.eighths().abs()),
            (Of::Sizes, _) => (0..times).for_each(|_| self.observed.push(act.eighths())),
            (Of::Lengths, _) => (0..times).for_each(|_| self.observed.push(act.whole() as f64)),
            (Of::Info | Of::States, _) => unreachable!("they have no series that are updated"),
        }
        if act.verb == Verb::Exemplar {
            let value = match of {
                Of::Count | Of::Lengths => act.whole() as f64,
                Of::Amount => act.eighths().abs(),
                _ => act.eighths(),
            };
            self.exemplars.push((value, act.trace.clone()));
        }
    }
}

impl Declared {
    /// The labels of a series as they should be exposed, without constant ones.
    pub(crate) fn pairs(&self, label: usize, texts: &[String]) -> Pairs {
        match self.of {
            Of::Read => Vec::new(),
            _ => self.shape.pairs(label, texts),
        }
    }
}
