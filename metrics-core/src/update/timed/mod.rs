//! What `#[timed]` and `#[counted]` expand to, and the timer that does the same by hand.
//! What does not depend on the function is here, not in the expansion.

mod call;
mod families;
mod function;
mod future;
mod labels;
mod record;
#[cfg(feature = "stream")]
mod stream;
mod timer;
mod verdict;

pub use call::{Begin, End, Enter, OfCall, Plan, Scoped, Timing, call};
pub use function::{Busy, Calls, DeclaredFunction, Slow, TimedFunction};
pub use future::{TimedFuture, future_of};
pub use labels::{
    Given, Labelled, Slot, TimedLabels, Unset, labels_of, takes_failure, with_outcome,
};
pub use record::{Bound, BusyTime, Errors, Owned, Record, Records};
#[cfg(feature = "stream")]
pub use stream::{TimedStream, each_item, first_item, lifetime, stream_of};
pub use timer::Timer;
pub use verdict::{
    AnyResult, Failure, IsResult, NoFailure, Probe, ResultOutcome, Verdict, done, error_if,
    error_label, ok_if, result_outcome,
};

pub(crate) use families::function_families;
