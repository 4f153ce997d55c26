//! HTTP methods as a label: the standard ones, and one value for all others.

use actix_web::http;
use metrics_core::Label;

/// A method that is counted under its name. Sources: RFC 9110, section 9, and RFC 5789 (`PATCH`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Label)]
#[label(rename_all = "UPPERCASE")]
pub(super) enum Method {
    Get,
    Head,
    Post,
    Put,
    Delete,
    Connect,
    Options,
    Trace,
    Patch,
    #[label(name = "other")]
    Other,
}

impl Method {
    pub(super) fn of(method: &http::Method) -> Self {
        match *method {
            http::Method::GET => Self::Get,
            http::Method::HEAD => Self::Head,
            http::Method::POST => Self::Post,
            http::Method::PUT => Self::Put,
            http::Method::DELETE => Self::Delete,
            http::Method::CONNECT => Self::Connect,
            http::Method::OPTIONS => Self::Options,
            http::Method::TRACE => Self::Trace,
            http::Method::PATCH => Self::Patch,
            _ => Self::Other,
        }
    }

    /// The label value.
    pub(super) fn text(self) -> &'static str {
        Self::VALUES.get(self.index()).copied().unwrap_or("other")
    }
}
