//! What the rows of labels have of `prometheus-static-metric`: its structs of children, found by its own enums.
//!
//! It is a module of its own, because the macro imports all names around it.

use std::sync::LazyLock;

use prometheus_static_metric::make_static_metric;

use super::inputs::{DRAWN, LABELLED, Method, OBSERVED, PAIRS, Status};

make_static_metric! {
    pub label_enum StaticMethod { get, post, put, delete }
    pub label_enum StaticStatus { ok, refused, failed }

    pub struct StaticCounters: IntCounter {
        "method" => StaticMethod,
        "status" => StaticStatus,
    }

    pub struct LocalCounters: LocalIntCounter {
        "method" => StaticMethod,
        "status" => StaticStatus,
    }

    pub struct StaticHistograms: Histogram {
        "method" => StaticMethod,
    }
}

/// The drawn pairs, in these enums.
pub(super) static STATIC_PAIRS: LazyLock<[(StaticMethod, StaticStatus); DRAWN]> =
    LazyLock::new(|| PAIRS.map(|(method, status)| (static_method(method), static_status(status))));

/// The drawn values with their methods, in this enum.
pub(super) static STATIC_LABELLED: LazyLock<[(StaticMethod, f64); OBSERVED]> =
    LazyLock::new(|| LABELLED.map(|(method, value)| (static_method(method), value)));

fn static_method(method: Method) -> StaticMethod {
    match method {
        Method::Get => StaticMethod::get,
        Method::Post => StaticMethod::post,
        Method::Put => StaticMethod::put,
        Method::Delete => StaticMethod::delete,
    }
}

fn static_status(status: Status) -> StaticStatus {
    match status {
        Status::Ok => StaticStatus::ok,
        Status::Refused => StaticStatus::refused,
        Status::Failed => StaticStatus::failed,
    }
}
