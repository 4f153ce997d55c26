//! The snapshot that a registry should show of a case, held against the one that it shows.

use std::collections::BTreeSet;

use metrics_core::{
    ExemplarSnapshot, FamilySnapshot, Kind, Number, SeriesSnapshot, Snapshot, ValueSnapshot,
};

use super::case::{Case, Declared, Of, Shape};
use super::model::{Family, Model, Pairs, Series, overflow};
use super::native::native;
use super::trouble::{check_trouble, troubles};
use super::updates::STATES;

/// How the threads of a case ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ran {
    /// One after the other, and nobody looked meanwhile: all is known.
    InTurn,
    /// Which labels were there before the cap was reached, and which of two exemplars is the newer, is not.
    AtOnce,
}

/// What is wrong, in words.
pub(crate) type Checked = Result<(), String>;

/// Whether `shown` is what the case leads to.
pub(crate) fn check(case: &Case, shown: &Snapshot, ran: Ran) -> Checked {
    let model = Model::of(case);
    let mut families: Vec<_> = (0..case.families.len())
        .map(|index| (case.name(index), Some(index)))
        .collect();
    families.extend(
        troubles(case)
            .into_iter()
            .map(|name| (name.to_owned(), None)),
    );
    families.sort();
    let names = |families: Vec<&String>| format!("{families:?}");
    same(
        "the families",
        names(shown.families.iter().map(|family| &family.name).collect()),
        names(families.iter().map(|(name, _)| name).collect()),
    )?;
    for (shown, (name, index)) in shown.families.iter().zip(&families) {
        let checked = match index {
            Some(index) => Against {
                case,
                declared: &case.families[*index],
                family: &model.0[*index],
                ran,
                name,
            }
            .check(shown),
            None => check_trouble(case, &model, shown, ran),
        };
        checked.map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

/// Fails unless both are the same, in words: NaN is not equal to itself.
pub(crate) fn same(what: &str, shown: String, expected: String) -> Checked {
    if shown == expected {
        return Ok(());
    }
    Err(format!("{what}: shown\n  {shown}\nand not\n  {expected}"))
}

/// The constant labels of all families.
pub(crate) fn constant(case: &Case) -> Pairs {
    let zone = case.zone.iter().filter(|zone| !zone.is_empty());
    zone.map(|zone| ("zone".to_owned(), zone.clone())).collect()
}

/// A family, and what is known of it.
struct Against<'c> {
    case: &'c Case,
    declared: &'c Declared,
    family: &'c Family,
    ran: Ran,
    name: &'c str,
}

impl Against<'_> {
    fn check(&self, shown: &FamilySnapshot) -> Checked {
        let kind = match self.declared.of {
            Of::Count | Of::Amount => Kind::Counter,
            Of::Level | Of::Fill | Of::Read => Kind::Gauge,
            Of::Sizes | Of::Lengths => Kind::Histogram,
            Of::Info => Kind::Info,
            Of::States => Kind::StateSet,
        };
        let Declared { unit, help, .. } = self.declared;
        same(
            "kind, unit and help",
            format!("{:?}", (shown.kind, &shown.unit, &shown.help)),
            format!("{:?}", (kind, unit, help)),
        )?;
        if self.declared.shape == Shape::Capped
            && self.ran == Ran::AtOnce
            && !matches!(self.declared.of, Of::Info | Of::States | Of::Read)
        {
            return self.check_totals(shown);
        }
        let mut shown: Vec<_> = shown.series.iter().collect();
        shown.sort_by(|a, b| a.labels.cmp(&b.labels));
        let mut expected = self.values();
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        let labels = shown.iter().map(|series| &series.labels);
        let expected_labels = expected.iter().map(|(labels, ..)| labels);
        same(
            "the series",
            format!("{:?}", labels.collect::<Vec<_>>()),
            format!("{:?}", expected_labels.collect::<Vec<_>>()),
        )?;
        for (shown, (labels, number, series)) in shown.into_iter().zip(expected) {
            let checked = self.check_series(shown, number, series);
            checked.map_err(|error| format!("{labels:?}: {error}"))?;
        }
        Ok(())
    }

    /// The labels of each series, its number unless it is a histogram, and what is known of it.
    fn values(&self) -> Vec<(Pairs, Option<Number>, Option<&Series>)> {
        let labels = |own: &[(String, String)]| {
            let mut labels = constant(self.case);
            labels.extend_from_slice(own);
            labels
        };
        let current = self.family.current;
        match self.declared.of {
            Of::Info => {
                let series = current.into_iter().map(|label| {
                    let own = self.declared.pairs(label, &self.case.texts);
                    (labels(&own), Some(Number::Unsigned(1)), None)
                });
                series.collect()
            }
            Of::States => {
                let states = STATES.into_iter().enumerate().map(|(index, state)| {
                    let own = [(self.name.replace(':', "_"), state.to_owned())];
                    let is_current = current.is_some_and(|label| label % STATES.len() == index);
                    let one = Number::Unsigned(is_current.into());
                    (labels(&own), Some(one), None)
                });
                states.collect()
            }
            of => {
                let series = self.family.series.iter().map(|(own, series)| {
                    let number = match of {
                        Of::Count => Some(Number::Unsigned(series.whole)),
                        Of::Level | Of::Read => Some(Number::Signed(series.signed)),
                        Of::Amount | Of::Fill => Some(Number::Float(series.float)),
                        _ => None,
                    };
                    (labels(own), number, Some(series))
                });
                series.collect()
            }
        }
    }

    fn check_series(
        &self,
        shown: &SeriesSnapshot,
        number: Option<Number>,
        series: Option<&Series>,
    ) -> Checked {
        let value = match (number, series, &shown.value) {
            (Some(number), ..) => ValueSnapshot::Number(number),
            (None, Some(series), ValueSnapshot::Histogram { native, .. }) => {
                let schema = native.as_ref().map(|native| native.schema);
                self.histogram(&series.observed, schema)?
            }
            (_, _, value) => return Err(format!("{value:?} is no histogram")),
        };
        same(
            "the value",
            format!("{:?}", shown.value),
            format!("{value:?}"),
        )?;
        let given = series.map_or(&[][..], |series| &series.exemplars);
        self.check_exemplars(&shown.exemplars, given)
    }

    /// What is shown of these observations; `schema` is how coarse the native buckets have become.
    fn histogram(&self, observed: &[f64], schema: Option<i32>) -> Result<ValueSnapshot, String> {
        let bounds = if self.declared.native.classic {
            self.declared.bounds()
        } else {
            Vec::new()
        };
        let up_to = |bound: &f64| observed.iter().filter(|value| *value <= bound).count() as u64;
        let native = match (self.declared.native.native, schema) {
            (true, Some(schema)) => Some(native(&self.declared.native, observed, schema)?),
            (false, None) => None,
            (_, schema) => return Err(format!("native buckets of the schema {schema:?}")),
        };
        Ok(ValueSnapshot::Histogram {
            cumulative: bounds.iter().map(up_to).collect(),
            bounds,
            count: observed.len() as u64,
            // from 0, as an empty sum of floats is -0
            sum: observed.iter().fold(0.0, |sum, value| sum + value),
            native,
        })
    }

    /// The newest of each bucket; of native buckets alone, at most ten with the newest among them.
    fn check_exemplars(&self, shown: &[ExemplarSnapshot], given: &[(f64, String)]) -> Checked {
        let mut told = Vec::new();
        for exemplar in shown {
            let [(name, trace)] = &exemplar.labels[..] else {
                return Err(format!("{exemplar:?} has other labels"));
            };
            told.push((exemplar.value, trace.clone()));
            if name != "trace_id" || !given.contains(&(exemplar.value, trace.clone())) {
                return Err(format!("{exemplar:?} was not given"));
            }
        }
        let native_alone = self.declared.is_histogram() && !self.declared.native.classic;
        let buckets: Vec<_> = told.iter().map(|(value, _)| self.bucket(*value)).collect();
        let most = if native_alone { 10 } else { usize::MAX };
        if told.len() > most || (!native_alone && !buckets.is_sorted_by(|a, b| a < b)) {
            return Err(format!("{told:?} are too many"));
        }
        if self.ran == Ran::AtOnce {
            return Ok(());
        }
        let newest = if native_alone {
            let newest = given.last().cloned();
            newest.into_iter().collect::<Vec<_>>()
        } else {
            let newest = |bucket| {
                given
                    .iter()
                    .rfind(|(value, _)| self.bucket(*value) == bucket)
            };
            let all: BTreeSet<_> = given.iter().map(|(value, _)| self.bucket(*value)).collect();
            all.into_iter().filter_map(newest).cloned().collect()
        };
        if native_alone && told.len() == given.len().min(most) {
            told.retain(|one| newest.contains(one));
        }
        same("exemplars", format!("{told:?}"), format!("{newest:?}"))
    }

    /// The number of the classic bucket of an observation; 0 where there are none.
    fn bucket(&self, value: f64) -> usize {
        let bounds = match self.declared.is_histogram() {
            true => self.declared.bounds(),
            false => Vec::new(),
        };
        bounds.iter().filter(|bound| value > **bound).count()
    }

    /// Past a cap it is not known what is counted where, but how much there is in all.
    fn check_totals(&self, shown: &FamilySnapshot) -> Checked {
        let mut all = (0_u64, 0.0);
        for series in &shown.series {
            let (whole, float) = match &series.value {
                ValueSnapshot::Number(Number::Unsigned(n)) => (*n, 0.0),
                ValueSnapshot::Number(Number::Signed(n)) => (n.cast_unsigned(), 0.0),
                ValueSnapshot::Number(Number::Float(n)) => (0, *n),
                ValueSnapshot::Histogram { count, sum, .. } => (*count, *sum),
                other => return Err(format!("{other:?}")),
            };
            all = (all.0.wrapping_add(whole), all.1 + float);
        }
        let mut expected = (0_u64, 0.0);
        for series in self.family.series.values() {
            let (whole, float) = match self.declared.of {
                Of::Count => (series.whole, 0.0),
                Of::Level => (series.signed.cast_unsigned(), 0.0),
                Of::Amount | Of::Fill => (0, series.float),
                _ => (
                    series.observed.len() as u64,
                    series.observed.iter().sum::<f64>(),
                ),
            };
            expected = (expected.0.wrapping_add(whole), expected.1 + float);
        }
        same("in all", format!("{all:?}"), format!("{expected:?}"))?;
        // whatever came first, as many labels are kept apart
        let overflows = shown
            .series
            .iter()
            .filter(|series| series.labels.ends_with(&overflow()));
        same(
            "how many series",
            format!("{:?}", (shown.series.len(), overflows.count())),
            format!(
                "{:?}",
                (
                    self.family.series.len(),
                    usize::from(self.family.overflowed > 0)
                )
            ),
        )
    }
}
