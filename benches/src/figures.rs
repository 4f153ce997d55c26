//! A row whose figures are of several kinds, each with a name of its own.

/// Names and values, in the order in which they are printed.
pub(crate) type Figures = Vec<(&'static str, f64)>;

/// A row with its figures.
pub(crate) struct Figured {
    pub(crate) row: &'static str,
    pub(crate) figures: Figures,
}

impl Figured {
    pub(crate) fn figure(&self, name: &str) -> Option<f64> {
        let mut figures = self.figures.iter();
        figures.find_map(|(of, value)| (*of == name).then_some(*value))
    }
}
