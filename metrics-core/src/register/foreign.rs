//! Registries of the `prometheus` crate that are exposed beside our own families.
//! Their collectors are code of users, so a panic in one is caught here.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering::Relaxed;

use prometheus::proto::{MetricFamily, MetricType};

use super::View;
use crate::declare::Kind;

/// Gathers each attached registry; one that panics gives nothing this time, and is counted.
///
/// Untyped families are left out: no metric of that crate makes one, and it has no accessor for their
/// values that exists with and without its `protobuf` feature.
pub(crate) fn gather_foreign(view: &View<'_>) -> Vec<(Kind, MetricFamily)> {
    let gather = |registry: &prometheus::Registry| {
        // whatever the panic left half-done belongs to that registry, not to us
        catch_unwind(AssertUnwindSafe(|| registry.gather())).unwrap_or_else(|_| {
            view.attached_panics.fetch_add(1, Relaxed);
            Vec::new()
        })
    };
    let families = view.attached.iter().flat_map(gather);
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
