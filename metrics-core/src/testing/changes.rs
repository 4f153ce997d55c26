//! What changed in a registry, compared with what a test says should have.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::amount::{Amount, Change};
use super::expected::{self, Expected};
use super::sample::{Sample, Series, samples};
use crate::register::Registry;

/// Runs `body`, and panics if what changed in `registry` meanwhile is not exactly what `expected` says; else returns
/// what `body` does.
///
/// How changes are written, and what is compared, stands at [`Changes`], which does the same for async code.
///
/// ```
/// use metrics_core::testing::assert_changes;
/// use metrics_core::{Counter, Gauge, MetricSet, Registry};
///
/// /// A shop.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct Shop {
///     /// Orders placed.
///     orders: Counter,
///     /// Carts that are not empty.
///     carts: Gauge,
/// }
///
/// let registry = Registry::new();
/// let shop = Shop::register(&registry)?;
/// let order = assert_changes(
///     &registry,
///     || {
///         shop.orders.inc();
///         shop.carts.dec();
///         "order"
///     },
///     "orders_total +1
///      carts -1",
/// );
/// assert_eq!(order, "order");
/// # Ok::<(), metrics_core::Error>(())
/// ```
///
/// # Panics
///
/// As [`Changes::assert`].
#[track_caller]
pub fn assert_changes<R>(registry: &Registry, body: impl FnOnce() -> R, expected: &str) -> R {
    let changes = Changes::watch(registry);
    let result = body();
    changes.assert(expected);
    result
}

/// What changes in a registry from now on.
///
/// Expected changes are lines of a series, as it is exposed, and by how much it changes. Indentation, blank lines and
/// the order of labels do not matter:
///
/// ```text
/// shop_orders_total{method="post"} +1
/// shop_carts -1
/// shop_packing_seconds_count +1
/// shop_packing_seconds_sum *
/// ```
///
/// - Every series that changed must be there, and no other: what is not there has not changed.
/// - A series that is named must be there, before or after, be it with `+0` or `*`: so a name that is spelt wrong is
///   found.
/// - `*` lets it change, or not, as it likes: for what cannot be known, such as the sum of real durations.
/// - Buckets are compared only in histograms of which `expected` names a bucket; then each that changed must be there.
/// - A series that is not exposed before, or after, counts as zero then, so that one of open labels comes with `+1`, and one that is removed
///   goes by what it was at.
/// - Whole numbers are compared exactly, others up to what rounding leaves over: some units in the last place of the
///   largest of what the series was at, is at, and changes by.
///
/// The registry should be that of a [`Scope`](super::Scope) or one of the test's own: in that of the process, other
/// tests count at the same time.
///
/// ```
/// use metrics_core::testing::{Changes, Scope};
/// use metrics_core::timed;
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
/// # }
///
/// #[timed]
/// async fn ship(weight: u32) -> Result<(), String> {
///     if weight < 30 { Ok(()) } else { Err("too heavy".to_owned()) }
/// }
///
/// # let module = module_path!();
/// block_on(async {
///     let scope = Scope::new();
///     let changes = Changes::watch(scope.registry());
///     assert!(scope.run_async(ship(50)).await.is_err());
///     changes.assert(&format!(r#"
///         function_calls_total{{function="ship",module="{module}",outcome="error"}} +1
///         function_duration_seconds_count{{function="ship",module="{module}"}} +1
///     "#));
/// });
/// ```
#[must_use = "it says nothing before `assert` is called"]
#[derive(Debug)]
pub struct Changes {
    registry: Registry,
    before: Vec<Sample>,
}

impl Changes {
    /// Begins with what `registry` exposes now.
    pub fn watch(registry: &Registry) -> Self {
        Self {
            registry: registry.clone(),
            before: samples(registry),
        }
    }

    /// Compares what changed since [`Changes::watch`] with `expected`.
    ///
    /// # Panics
    ///
    /// If they differ: with each series that did, and all changes as they could be expected. And if `expected` is not
    /// written as above.
    #[track_caller]
    pub fn assert(&self, expected: &str) {
        match self.compare(expected) {
            Ok(()) => {}
            Err(message) => panic!("{message}"),
        }
    }

    fn compare(&self, text: &str) -> Result<(), String> {
        let expected = expected::parse(text)?;
        let after = samples(&self.registry);
        let all = between(&self.before, &after);
        let mut wrong = String::new();
        for expected in &expected {
            if let Some(why) = unmet(expected, &all) {
                let _ = write!(wrong, "\n- {}\n    {why}", expected.line);
            }
        }
        let is_compared = |changed: &&Changed<'_>| {
            !changed.sample.is_bucket
                || expected
                    .iter()
                    .any(|expected| expected.series.name == changed.sample.series.name)
        };
        let changed = all.iter().filter(|changed| !changed.by.is_none());
        let changed: Vec<_> = changed.filter(is_compared).collect();
        for changed in &changed {
            let series = &changed.sample.series;
            if !expected.iter().any(|expected| expected.series == *series) {
                let Change { before, after } = changed.by;
                let line = changed.line();
                let _ = write!(wrong, "\n+ {line}\n    not expected: {before} -> {after}");
            }
        }
        if wrong.is_empty() {
            return Ok(());
        }
        let mut message = format!(
            "the metrics did not change as expected (`-` expected, `+` changed otherwise):{wrong}\n{}",
            as_it_was(&changed)
        );
        // one of these may be what was expected
        if let Err(hidden) = self.registry.check() {
            let _ = write!(message, "\n{hidden}");
        }
        Err(message)
    }
}

/// A sample, and what it was at and is at.
struct Changed<'s> {
    sample: &'s Sample,
    by: Change,
}

impl Changed<'_> {
    /// As it is to be expected.
    fn line(&self) -> String {
        format!("{} {:+}", self.sample.text, self.by.amount().rounded())
    }
}

/// Every sample of either list, in the order of the exposition; what is gone comes last.
fn between<'s>(before: &'s [Sample], after: &'s [Sample]) -> Vec<Changed<'s>> {
    let mut old: HashMap<_, _> = before.iter().map(|s| (&s.series, s)).collect();
    let mut all: Vec<_> = after
        .iter()
        .map(|sample| Changed {
            sample,
            by: Change {
                before: old.remove(&sample.series).map_or(Amount::ZERO, |s| s.value),
                after: sample.value,
            },
        })
        .collect();
    let gone = before.iter().filter(|s| old.contains_key(&s.series));
    all.extend(gone.map(|sample| Changed {
        sample,
        by: Change {
            before: sample.value,
            after: Amount::ZERO,
        },
    }));
    all
}

/// Why `expected` is not what happened.
fn unmet(expected: &Expected, all: &[Changed<'_>]) -> Option<String> {
    let found = all.iter().find(|c| c.sample.series == expected.series);
    let Some(Changed { by, .. }) = found else {
        return Some(no_such(&expected.series, all));
    };
    if expected.is_met(*by) {
        return None;
    }
    let Change { before, after } = by;
    Some(if by.is_none() {
        format!("did not change: {after}")
    } else {
        format!(
            "changed by {:+}: {before} -> {after}",
            by.amount().rounded()
        )
    })
}

/// That there is no such series, and which the test may have meant.
fn no_such(series: &Series, all: &[Changed<'_>]) -> String {
    const MOST: usize = 5;
    let name = series.name.as_str();
    let of_name = |sample: &Sample| sample.series.name == name;
    let begins = |sample: &Sample| !sample.is_bucket && sample.series.name.starts_with(name);
    let meant = |is_meant: &dyn Fn(&Sample) -> bool| -> Vec<_> {
        let samples = all.iter().map(|changed| changed.sample);
        let texts = samples.filter(|s| is_meant(s)).map(|s| s.text.as_str());
        texts.take(MOST).collect()
    };
    let mut near = meant(&of_name);
    if near.is_empty() {
        near = meant(&begins);
    }
    if near.is_empty() {
        return "there is no such series".to_owned();
    }
    format!(
        "there is no such series; there is\n      {}",
        near.join("\n      ")
    )
}

fn as_it_was(changed: &[&Changed<'_>]) -> String {
    if changed.is_empty() {
        return "nothing changed".to_owned();
    }
    let lines = changed.iter().map(|c| format!("\n  {}", c.line()));
    format!("all that changed:{}", lines.collect::<String>())
}
