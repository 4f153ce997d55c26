//! How large a scrape can get by what is declared. A scrape that is larger than a limit of Prometheus fails as a whole, so
//! each is well above what is known, and still far below what a label that got out of hand makes.

use metrics_core::{Declarations, DeclaredFamily, Kind, LabelValues};

/// Rooms for what is registered while the program runs, which no declaration tells.
const FEWEST_SAMPLES: u64 = 1000;

/// Samples of which nothing is declared: the states of a set that comes later, the quantiles of a summary.
const GUESSED: u64 = 20;

/// Prometheus counts the name, `job` and `instance` too, and what it was told of the target in Kubernetes.
const LABELS_OF_TARGET: usize = 12;

/// No less than what is usual.
const FEWEST_LABELS: usize = 30;

/// What a scrape of the program is held to, and how it is to be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The most samples; none where open labels may have more values than anyone can count.
    pub(crate) samples: Option<u64>,
    /// The most labels of a series, with those that Prometheus adds.
    pub(crate) labels: usize,
    /// Whether a histogram has native buckets, which only protobuf tells.
    pub(crate) is_native: bool,
    /// Whether one of these has classic buckets too, which Prometheus drops unless it is told to keep them.
    pub(crate) is_both: bool,
}

impl Limits {
    pub(crate) fn of(declarations: &Declarations, target_labels: usize) -> Self {
        let families = &declarations.families;
        let samples = families.iter().try_fold(0_u64, |sum, one| {
            sum.checked_add(samples(one, declarations)?)
        });
        let most = families.iter().map(label_count).max().unwrap_or(0);
        let mut natives = families.iter().map(DeclaredFamily::descriptor);
        let is_native = natives.clone().any(|of| of.native().is_some());
        let is_both = natives.any(|of| of.native().is_some() && !of.bounds().is_empty());
        Self {
            samples: samples.and_then(with_margin),
            labels: (most + LABELS_OF_TARGET + target_labels).max(FEWEST_LABELS),
            is_native,
            is_both,
        }
    }

    /// The formats in which Prometheus is to ask, the best first.
    pub(crate) fn protocols(&self) -> &'static [&'static str] {
        const ALL: [&str; 3] = [
            "PrometheusProto",
            "OpenMetricsText1.0.0",
            "PrometheusText0.0.4",
        ];
        if self.is_native { &ALL } else { &ALL[1..] }
    }
}

/// Half as much again, in two digits.
fn with_margin(samples: u64) -> Option<u64> {
    let most = samples.checked_mul(3)?.div_ceil(2).max(FEWEST_SAMPLES);
    let digit = 10_u64.pow(most.ilog10().saturating_sub(1));
    // beyond 2^53 some readers of YAML round
    let rounded = most.div_ceil(digit).checked_mul(digit)?;
    (rounded < 1 << 53).then_some(rounded)
}

/// The most samples of a family, in the format that has most of them: OpenMetrics, with times of creation.
fn samples(family: &DeclaredFamily, declarations: &Declarations) -> Option<u64> {
    let of_series = |bounds: &[f64]| match family.descriptor().kind() {
        Kind::Counter => 2,
        // `+Inf`, sum, count, time of creation
        Kind::Histogram => u64::try_from(bounds.len())
            .unwrap_or(u64::MAX)
            .saturating_add(4),
        Kind::StateSet if !family.states().is_empty() => count(family.states().len()),
        Kind::StateSet | Kind::Summary => GUESSED,
        _ => 1,
    };
    let labels = family.descriptor().labels().iter();
    let mut finite = registries(family);
    let mut open = None;
    for label in labels {
        let values = match label.values {
            LabelValues::Finite(values) => count(values.len()),
            LabelValues::Optional(values) => count(values.len()) + 1,
            LabelValues::Open { max, .. } => {
                // the largest cap holds for all open ones together
                open = open.max(Some(max));
                1
            }
            // of kinds yet to come nothing is known
            _ => GUESSED,
        };
        finite = finite.checked_mul(values)?;
    }
    let series_of_open = match open {
        None => of_series(family.descriptor().bounds()),
        Some(usize::MAX) => of_linked(family, declarations, of_series)?,
        // and the overflow series
        Some(max) => {
            of_series(family.descriptor().bounds()).checked_mul(count(max).checked_add(1)?)?
        }
    };
    finite.checked_mul(series_of_open)
}

/// The samples of one combination of finite labels of a family without a cap: it has one of each function that feeds it, or
/// is a registry's own and has one of each family at most.
fn of_linked(
    family: &DeclaredFamily,
    declarations: &Declarations,
    of_series: impl Fn(&[f64]) -> u64,
) -> Option<u64> {
    let functions = declarations.functions.iter();
    let feeding = functions.filter(|function| function.families.contains(&family.name()));
    let of_functions: Vec<_> = feeding.map(|function| of_series(function.bounds)).collect();
    if of_functions.is_empty() {
        return count(declarations.families.len()).checked_mul(of_series(&[]));
    }
    of_functions.into_iter().try_fold(0, u64::checked_add)
}

/// How often a family is there: once in each registry, which have other values of a constant label.
fn registries(family: &DeclaredFamily) -> u64 {
    let labels = family.constant_labels();
    let values = |name| count(labels.iter().filter(|(other, _)| other == name).count());
    labels
        .iter()
        .map(|(name, _)| values(name))
        .max()
        .unwrap_or(1)
}

/// The labels of its series, with `le` and the state.
fn label_count(family: &DeclaredFamily) -> usize {
    family.descriptor().labels().len() + family.constant_labels().len() + 1
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
