//! The metrics that these tests serve: small, and each registered in a registry of its own, so that tests
//! running side by side do not see each other.

use std::sync::Arc;

use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Registry};
use metrics_server::Exporter;

#[derive(Clone, Copy, Debug, Label)]
pub(crate) enum Payment {
    Cash,
    Card,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct ByPayment {
    pub(crate) payment: Payment,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct ByItem<'a> {
    #[label(open, max = 1000)]
    pub(crate) item: &'a str,
}

/// A shop.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "shop", register = false)]
pub(crate) struct Shop {
    /// Sales made.
    pub(crate) sales: Counter<ByPayment>,
    /// Items sold.
    pub(crate) items: Counter<ByItem<'static>>,
    /// Customers in the shop.
    pub(crate) customers: Gauge,
    /// Money in the till.
    pub(crate) till: Gauge<(), f64>,
    /// Time at the counter.
    #[metric(unit = "seconds", buckets = [0.5, 1.0, 2.0])]
    pub(crate) checkout: Histogram,
}

/// A shop with some sales, in a registry of its own.
pub(crate) fn shop() -> (Registry, Arc<Shop>) {
    let registry = Registry::new();
    let shop = Shop::register(&registry).expect("an empty registry");
    shop.sales
        .with(ByPayment {
            payment: Payment::Card,
        })
        .inc_by(3);
    shop.items
        .with(ByItem {
            item: "a \"quoted\" thing",
        })
        .inc();
    shop.customers.set(2);
    shop.till.set(12.5);
    for seconds in [0.25, 0.75, 5.0] {
        shop.checkout.observe(seconds);
    }
    (registry, shop)
}

pub(crate) fn exporter(registry: &Registry) -> Exporter {
    Exporter::builder()
        .registry(registry)
        // bodies are compared with what the registry alone encodes
        .without_default_collectors()
        .build()
        .expect("no settings")
}
