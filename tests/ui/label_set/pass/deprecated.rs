//! What is deprecated warns where it is used, not in the expansions.

#![deny(warnings)]

use metrics_core::{Counter, Label, LabelSet, MetricSet};

#[derive(Clone, Copy, Label)]
enum Method {
    Get,
    #[deprecated]
    Head,
}

#[derive(LabelSet)]
struct ByMethod {
    #[deprecated]
    method: Method,
    secure: bool,
}

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "deprecated")]
struct Set {
    /// Requests.
    #[deprecated]
    requests: Counter<ByMethod>,
    /// Others.
    others: Counter,
}

fn main() {
    Set::global().others.inc();
    #[allow(deprecated)]
    let labels = ByMethod { method: Method::Head, secure: true };
    #[allow(deprecated)]
    Set::global().requests.with(labels).inc();
    let _ = Method::Get;
}
