//! The recorder behind the `metrics` facade: its Prometheus exporter, with the buckets of the rows.

use std::sync::LazyLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::inputs::BOUNDS;

/// The exporter's handle; the first use installs its recorder.
pub(super) static EXPORTER: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    let builder = PrometheusBuilder::new().set_buckets(&BOUNDS);
    let builder = builder.expect("there are buckets");
    builder.install_recorder().expect("no other recorder")
});

/// Takes in what histograms have queued. The exporter's server does so every five seconds; without it the queues
/// only grow, so it is part of what an observation costs.
pub(super) fn drain() {
    EXPORTER.run_upkeep();
}
