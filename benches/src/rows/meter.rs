//! The meter behind the OpenTelemetry rows: the SDK, read by its Prometheus exporter.

use std::sync::LazyLock;

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry_sdk::metrics::SdkMeterProvider;

static PROVIDER: LazyLock<SdkMeterProvider> = LazyLock::new(|| {
    let exporter = opentelemetry_prometheus::exporter()
        .with_registry(prometheus::Registry::new())
        .build()
        .expect("a new registry takes the exporter");
    SdkMeterProvider::builder().with_reader(exporter).build()
});

pub(super) static METER: LazyLock<Meter> = LazyLock::new(|| PROVIDER.meter("bench"));
