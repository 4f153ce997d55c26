//! Exemplars: of many updates single ones, kept with labels that say what caused them.
//! Beside the cells of `family`; given by `counter` and `histogram`, shown by their reading.

mod family;
mod kept;
mod limits;
#[cfg(all(loom, test))]
mod model;
mod source;

pub(super) use family::{Exemplars, Gathering};
pub use source::set_exemplar_source;
