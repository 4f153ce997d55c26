//! The hot rows as measured, and what is looked up in them.

use crate::case::{Case, library};
use crate::measure::{Figures, measure};
use crate::rows;

pub(crate) struct Hot(Vec<(Case, Figures)>);

/// A case with its figures.
type Measured = (Case, Figures);

impl Hot {
    /// Times the rows that are wanted.
    pub(crate) fn measure(wanted: impl Fn(&str) -> bool) -> Self {
        let cases: Vec<Case> = rows::all()
            .into_iter()
            .filter(|case| wanted(case.row))
            .collect();
        if !cases.is_empty() {
            eprintln!("{} cases of hot rows", cases.len());
        }
        let figures = measure(&cases);
        Self(cases.into_iter().zip(figures).collect())
    }

    pub(crate) fn all(&self) -> &[Measured] {
        &self.0
    }

    /// The rows' names, in order.
    pub(crate) fn rows(&self) -> Vec<&'static str> {
        let mut rows: Vec<_> = self.0.iter().map(|(case, _)| case.row).collect();
        rows.dedup();
        rows
    }

    fn find(&self, row: &str, is: impl Fn(&Case) -> bool) -> Option<&Measured> {
        self.0.iter().find(|(case, _)| case.row == row && is(case))
    }

    /// The first idiom of ours in a row.
    pub(crate) fn ours(&self, row: &str) -> Option<Figures> {
        let (_, figures) = self.find(row, |case| case.library == library::OURS)?;
        Some(*figures)
    }

    /// The least of a row's limits.
    pub(crate) fn limit(&self, row: &str) -> Option<Figures> {
        let of_row = self.0.iter().filter(|(case, _)| case.row == row);
        let limits = of_row.filter(|(case, _)| case.library == library::LIMIT);
        let figures = limits.map(|(_, figures)| *figures);
        figures.min_by(|one, other| one.one.total_cmp(&other.one))
    }

    /// A library's first idiom in a row that is like for like.
    pub(crate) fn peer(&self, row: &str, library: &str) -> Option<Figures> {
        let (_, figures) = self.find(row, |case| case.library == library && case.is_rival())?;
        Some(*figures)
    }

    /// The fastest peer of a row that is like for like.
    pub(crate) fn best_peer(&self, row: &str, by: impl Fn(&Figures) -> f64) -> Option<&Measured> {
        let rivals = self.0.iter();
        let rivals = rivals.filter(|(case, _)| case.row == row && case.is_rival());
        rivals.min_by(|(_, one), (_, other)| by(one).total_cmp(&by(other)))
    }
}
