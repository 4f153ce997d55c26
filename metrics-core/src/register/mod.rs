//! Which metrics there are: collected at link time, or registered while the program runs.
//! A registry knows names and places, and refuses clashes; `gather` walks it.

mod conflict;
mod entry;
mod exposed;
mod foreign;
mod registration;
mod registry;
mod set;
mod trouble;

pub use conflict::{Conflict, Place};
pub use registration::Registration;
pub use registry::{Registry, RegistryBuilder};
pub use set::{Family, MetricSet};

pub(crate) use entry::Entry;
pub(crate) use exposed::Exposed;
pub(crate) use registry::View;

use foreign::gather_foreign;
