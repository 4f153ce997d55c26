//! What a metric is, known while the program compiles: names, kinds, labels, bounds, places.
//! Nothing here holds a value; `update` builds its cells from these descriptors.

mod alert;
mod buckets;
mod check;
mod check_alert;
mod descriptor;
mod display;
mod hint;
mod label;
mod message;
mod name;
mod nested;
mod objective;
mod outcome;
mod promise;
mod promql;
mod set;
mod tree;

pub use alert::{Alert, AlertExample};
pub use buckets::{DEFAULT_BUCKETS, MAX_BUCKETS};
pub use check::{
    check_buckets, check_labels, check_nested, check_parts, checked_buckets, refuse_kinds, require,
    require_kind, sound_buckets,
};
pub use check_alert::{check_alert, check_alert_bound, check_alert_label};
pub use descriptor::{Declaration, Derived, Descriptor, Kind, NativeOptions, Source};
pub use display::DisplayLabel;
pub use hint::{Panels, Scaling};
pub use label::{
    Label, LabelDescriptor, LabelSet, LabelValues, OVERFLOW, OpenLabel, WithoutLabels,
};
pub use name::{MAX_NAME_LEN, Name};
pub use nested::{Part, joined, joined_len};
pub use objective::{Latency, Measured, Objective, Success};
pub use outcome::Outcome;
pub use promise::{check_success, check_threshold, check_threshold_of_function};
pub use promql::{Grouping, Matcher, Matching, MetricName, Promql, Selector, Span, TARGET_LABELS};
pub use set::{NestedSet, SetDescriptor, SetFamily};
pub use tree::{Names, check_constant_label, check_nested_set};

pub(crate) use buckets::check_bounds;
pub(crate) use name::{is_label_name, is_metric_name};
