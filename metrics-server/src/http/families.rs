//! The families of an app's requests, and their labels.

use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet};

use super::method::Method;

/// The route of what no route matches. No pattern is written so: patterns begin with a slash.
pub(super) const UNMATCHED: &str = "unmatched";

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Label)]
pub(super) enum Status {
    #[label(name = "1xx")]
    Informational,
    #[label(name = "2xx")]
    Success,
    #[label(name = "3xx")]
    Redirection,
    #[label(name = "4xx")]
    ClientError,
    #[label(name = "5xx")]
    ServerError,
    /// There was nobody to answer.
    Cancelled,
}

impl Status {
    /// The class of a status code. Those above 599 are of no class (RFC 9110, section 15); clients take them for 5xx.
    pub(super) fn of(code: u16) -> Self {
        match code / 100 {
            0 | 1 => Self::Informational,
            2 => Self::Success,
            3 => Self::Redirection,
            4 => Self::ClientError,
            _ => Self::ServerError,
        }
    }
}

/// The method is one of few, but open: of a route, only the methods that it has take memory.
#[derive(Clone, Copy, Debug, LabelSet)]
pub(super) struct ByRoute<'a> {
    #[label(open, max = 1000)]
    pub(super) method: &'static str,
    #[label(open, max = 1000)]
    pub(super) route: &'a str,
    pub(super) status: Status,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(super) struct ByMethod {
    pub(super) method: Method,
}

/// What the app is asked, and how it answers.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "http_server", register = false)]
pub(crate) struct Http {
    /// HTTP requests that have ended.
    pub(super) requests: Counter<ByRoute<'static>>,
    /// Time from the request's head until the last byte of the answer was handed to the connection.
    #[metric(unit = "seconds")]
    pub(super) request_duration: Histogram<ByRoute<'static>>,
    /// Bytes of request bodies that the app has read.
    #[metric(unit = "bytes", buckets = exponential(128.0, 8.0, 8))]
    pub(super) request_body_size: Histogram<ByRoute<'static>, u64>,
    /// Bytes of response bodies that were handed to the connection.
    #[metric(unit = "bytes", buckets = exponential(128.0, 8.0, 8))]
    pub(super) response_body_size: Histogram<ByRoute<'static>, u64>,
    /// HTTP requests under way.
    pub(super) active_requests: Gauge<ByMethod>,
}
