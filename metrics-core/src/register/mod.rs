//! Which metrics there are: collected at link time, or registered while the program runs.
//! A registry knows names and places, and refuses clashes; `gather` walks it.

mod conflict;
mod contain;
mod declarations;
mod entry;
mod exposed;
mod foreign;
mod fork;
mod guest;
mod instance;
mod registration;
mod registry;
mod round;
mod set;
mod trouble;
mod view;
mod worker;

pub use conflict::{Conflict, Place};
pub use declarations::{Declarations, DeclaredFamily};
pub use fork::after_fork;
pub use guest::{Attached, Attachment, AttachmentGuard};
pub use registration::Registration;
pub use registry::{Registry, RegistryBuilder};
pub use set::{Family, MetricSet};

pub(crate) use entry::Entry;
pub(crate) use exposed::{Exposed, Exposition, Reading, Scope};
pub(crate) use view::{View, without};
