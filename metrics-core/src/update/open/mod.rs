//! The children of an open label set: found by the text of the open values, made on first use, capped, removable.
//! Owned by a family; only `family` comes here. A look-up takes no lock and allocates nothing where it succeeds.

mod combinations;
mod found;
mod idle;
mod index;
mod key;
mod leaving;
#[cfg(all(loom, test))]
mod model;
mod owned;
mod pages;
mod rows;
mod texts;
#[cfg(feature = "tracing")]
mod warning;

pub(super) use combinations::{Combinations, counts};
pub(super) use found::{Found, Row};
