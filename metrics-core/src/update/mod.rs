//! Living values: what a user's code touches on its hot path.
//! Built from the descriptors of `declare`; read by `gather`. Cells know no family, families no registry.

mod cell;
mod clock;
mod counter;
mod derived;
mod exemplar;
mod family;
mod field;
mod gauge;
mod histogram;
mod info;
mod kept;
mod labels;
mod mark;
#[cfg(all(loom, test))]
mod model;
mod native;
mod number;
mod open;
mod owner;
mod panic;
mod point;
mod process;
mod prometheus_field;
mod reading;
#[cfg(feature = "testing")]
mod scope;
mod search;
mod state_set;
mod sync;
pub(crate) mod timed;

pub use counter::{Counter, CounterChild};
pub use derived::{DerivedField, Formula, Linear};
pub use exemplar::set_exemplar_source;
pub use field::{Metric, MetricField, ReadField};
pub use gauge::{Gauge, GaugeChild, GaugeGuard, OwnedGaugeGuard};
pub use histogram::{Histogram, HistogramChild};
pub use info::Info;
pub use labels::{LabelPairs, LabelText, Labels};
pub use mark::Mark;
pub use number::{CounterValue, GaugeValue, HistogramValue, Number};
pub use owner::OwnedSeries;
pub use point::{Buckets, Exemplar, NativeBuckets, Point, Quantiles, Value};
pub use state_set::StateSet;
pub(crate) use state_set::state_label;
pub use timed::Timer;

pub(crate) use cell::forget_lookers;
#[cfg(feature = "testing")]
pub(crate) use clock::ScopeClock;
pub(crate) use kept::KeptPoint;
pub(crate) use panic::forget_panic;
#[cfg(all(test, not(loom)))]
pub(crate) use panic::poison;
pub(crate) use process::{PerProcess, begin_anew, is_forked};
pub(crate) use prometheus_field::with_proto_value;
#[cfg(feature = "testing")]
pub(crate) use scope::{World, enter};
pub use timed::DeclaredFunction;
pub(crate) use timed::{TimedFunction, function_families};
