//! Which metrics there are: collected at link time, or registered while the program runs.
//! A registry knows names and places, and refuses clashes; `gather` walks it.

mod conflict;
mod foreign;
mod registration;
mod registry;
mod set;

pub use conflict::Conflict;
pub use registration::Registration;
pub use registry::{Registry, RegistryBuilder};
pub use set::{Family, MetricSet};

pub(crate) use foreign::gather_foreign;
pub(crate) use registry::{Entry, View};
