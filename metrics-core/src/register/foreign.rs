//! Registries of the `prometheus` crate that are exposed beside our own families.

use prometheus::proto::{MetricFamily, MetricType};

use crate::declare::Kind;

/// Gathers an attached registry, which runs code of users.
///
/// Untyped families are left out: no metric of that crate makes one, and it has no accessor for their
/// values that exists with and without its `protobuf` feature.
pub(super) fn gather_foreign(registry: &prometheus::Registry) -> Vec<(Kind, MetricFamily)> {
    let families = registry.gather().into_iter();
    families
        .filter_map(|family| Some((kind(&family)?, family)))
        .collect()
}

fn kind(family: &MetricFamily) -> Option<Kind> {
    match family.get_field_type() {
        MetricType::COUNTER => Some(Kind::Counter),
        MetricType::GAUGE => Some(Kind::Gauge),
        MetricType::HISTOGRAM => Some(Kind::Histogram),
        MetricType::SUMMARY => Some(Kind::Summary),
        MetricType::UNTYPED => None,
    }
}
