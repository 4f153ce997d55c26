//! Whom a listener lets in: rules that are each a pure function of a request's head and its peer, and [`guard`], which asks
//! them before every handler, standalone and mounted, and gives every answer its headers.

mod contain;
mod guard;
mod headers;
mod hosts;
mod networks;
mod origins;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

pub(crate) use guard::{Guarded, guarded};
pub(crate) use hosts::Hosts;
pub(crate) use networks::Networks;
pub(crate) use origins::Origins;

use crate::own::{ByReason, Own, Reason};

/// Whom one listener, or the routes in an app, let in.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) hosts: Hosts,
    pub(crate) networks: Networks,
    pub(crate) origins: Origins,
}

/// Why a request is not let in, and what its sender is told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    reason: Reason,
    sentence: String,
}

impl Refusal {
    fn new(reason: Reason, sentence: String) -> Self {
        Self { reason, sentence }
    }

    /// The answer, which is counted.
    fn answer(self) -> HttpResponse {
        let reason = self.reason;
        Own::global()
            .requests_refused
            .with(ByReason { reason })
            .inc();
        let status = match reason {
            Reason::Network | Reason::Host | Reason::Origin => StatusCode::FORBIDDEN,
        };
        HttpResponse::build(status)
            .content_type("text/plain; charset=utf-8")
            .body(self.sentence + "\n")
    }
}
