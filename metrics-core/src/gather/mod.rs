//! The one walk over a registry, and what it shows to whoever visits: encoders, samplers, filters.

mod native;
mod quantile;
mod visit;
mod walk;

pub use visit::{FamilyView, SeriesView, Visitor};
