//! The exposition of a registry, compared with the text that a test expects, line by line.

use std::ops::ControlFlow;

use super::difference::difference;
use crate::encode::TextEncoder;
use crate::gather::{FamilyView, SeriesView, Visitor};
use crate::register::Registry;

/// Panics if `registry` does not expose exactly `expected`, in the text format 0.0.4.
///
/// Indentation and blank lines do not matter.
///
/// ```
/// use metrics_core::testing::assert_exposition;
/// use metrics_core::{Counter, MetricSet, Registry};
///
/// /// A shop.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct Shop {
///     /// Orders placed.
///     orders: Counter,
/// }
///
/// let registry = Registry::new();
/// let shop = Shop::register(&registry)?;
/// shop.orders.inc();
/// assert_exposition(&registry, "
///     ## HELP orders_total Orders placed.
///     ## TYPE orders_total counter
///     orders_total 1
/// ");
/// # Ok::<(), metrics_core::Error>(())
/// ```
///
/// # Panics
///
/// If they differ: with the lines that do, and some around them.
#[track_caller]
pub fn assert_exposition(registry: &Registry, expected: &str) {
    assert_same(expected, &registry.encode_text());
}

/// The same for some families alone, by the names under which they are exposed.
///
/// ```
/// use metrics_core::testing::{Scope, assert_families};
/// use metrics_core::{Counter, Gauge, MetricSet};
///
/// /// A market.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "market")]
/// struct Market {
///     /// Stalls let.
///     stalls: Counter,
///     /// Carts that are not empty.
///     carts: Gauge,
/// }
///
/// let scope = Scope::new();
/// scope.run(|| Market::global().carts.inc());
/// assert_families(scope.registry(), &["market_carts"], "
///     ## HELP market_carts Carts that are not empty.
///     ## TYPE market_carts gauge
///     market_carts 1
/// ");
/// ```
///
/// # Panics
///
/// If they differ, and if there is no family of one of the `names`.
#[track_caller]
pub fn assert_families(registry: &Registry, names: &[&str], expected: &str) {
    let mut chosen = Chosen {
        names,
        seen: Vec::new(),
        encoder: TextEncoder::new(Vec::new()),
    };
    let _ = registry.gather(&mut chosen);
    for name in names {
        assert!(
            chosen.seen.iter().any(|seen| seen == name),
            "there is no family `{name}`; there are: {}",
            chosen.seen.join(", ")
        );
    }
    // a `Vec` takes everything, and every part of it was a `str`
    let exposed = chosen.encoder.finish().unwrap_or_default();
    assert_same(expected, &String::from_utf8(exposed).unwrap_or_default());
}

/// Shows some of the families to an encoder.
struct Chosen<'n> {
    names: &'n [&'n str],
    /// The names of all families.
    seen: Vec<String>,
    encoder: TextEncoder<Vec<u8>>,
}

impl Visitor for Chosen<'_> {
    fn wants(&mut self, family: &FamilyView<'_>) -> bool {
        self.seen.push(family.name.to_owned());
        self.names.contains(&family.name)
    }

    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        self.encoder.family(family)
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        self.encoder.series(series)
    }
}

#[track_caller]
fn assert_same(expected: &str, exposed: &str) {
    let (expected, exposed) = (lines(expected), lines(exposed));
    if expected != exposed {
        panic!(
            "the exposition is not as expected (`-` expected, `+` exposed):\n{}",
            difference(&expected, &exposed)
        );
    }
}

/// The lines that say something. A line may end in a blank, after `HELP` without a text, which editors take away.
fn lines(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).collect()
}
