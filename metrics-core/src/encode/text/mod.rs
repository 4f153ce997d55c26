//! The text formats: one engine (`lines`) writes both, in chunks, so that no scrape is ever one huge string.
//! In what they differ a dialect says: `prometheus` for version 0.0.4, `open_metrics`.

mod chunk;
mod family;
mod lines;
mod number;
mod open_metrics;
mod prometheus;
mod sample;

pub use number::bound_texts;
pub use open_metrics::{
    OPEN_METRICS_0_0_1_CONTENT_TYPE, OPEN_METRICS_CONTENT_TYPE, OpenMetricsEncoder,
};
pub use prometheus::{TEXT_CONTENT_TYPE, TextEncoder};

use chunk::{Chunk, Line, Piece};

use crate::gather::FamilyView;
use crate::update::{Exemplar, Point};

/// In what the text formats differ. What is left out here is what version 0.0.4 does.
trait Dialect {
    /// A family begins: writes what stands before its samples.
    fn head(&mut self, family: &FamilyView<'_>, out: &mut Chunk);

    /// A number in a label value.
    fn push_bound(line: &mut Line<'_>, bound: f64) -> Option<()>;

    /// Whether a sample of this point, whose value is a whole number, is nothing but a name, labels and the number.
    #[inline(always)]
    fn is_plain(&self, point: &Point<'_>) -> bool {
        let _ = point;
        true
    }

    /// Whether a number may be a sample of the family.
    fn takes(&self, number: f64) -> bool {
        let _ = number;
        true
    }

    /// Whether the sum of a histogram with these bounds, or of a summary, which has none, is shown.
    fn takes_sum(sum: f64, bounds: &[f64]) -> bool {
        let _ = (sum, bounds);
        true
    }

    /// Whether a summary may show this quantile.
    fn takes_quantile(quantile: f64, value: f64) -> bool {
        let _ = (quantile, value);
        true
    }

    /// The exemplars that samples of the family may carry.
    fn exemplars<'e>(&self, point: &Point<'e>) -> &'e [Exemplar<'e>] {
        let _ = point;
        &[]
    }

    /// The name of the sample that tells since when a series of the family has counted, with an opening brace.
    fn created(&self) -> Option<&Piece> {
        None
    }
}
