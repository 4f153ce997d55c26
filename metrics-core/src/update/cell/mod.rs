//! Where values live: blocks of 64-bit cells that many threads update and the gatherer reads.
//! This is the seam to storage: nothing outside this folder knows how a cell is stored.

mod block;
mod looking;
#[cfg(all(loom, test))]
mod model;
mod own;
mod table;

pub(super) use block::{Block, Cells, Storage, add_own, observe_own};
pub(crate) use looking::forget_lookers;
pub(super) use looking::{Lane, Lookers, Looking};
#[cfg(all(loom, test))]
pub(super) use own::end;
