//! Whom a listener lets in: rules that are each a pure function of a request's head and its peer, and [`guard`], which asks
//! them before every handler, standalone and mounted, and gives every answer its headers.

#[cfg(feature = "auth")]
mod auth;
mod contain;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod guard;
mod headers;
mod hosts;
mod networks;
mod origins;
mod secret;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};

#[cfg(feature = "auth")]
pub use auth::Auth;
#[cfg(feature = "auth")]
pub(crate) use auth::Credentials;
pub(crate) use contain::{Panicked, contain};
pub(crate) use guard::{Guarded, guarded};
pub(crate) use hosts::Hosts;
pub(crate) use networks::Networks;
#[cfg(feature = "settings")]
pub(crate) use networks::{NotANetwork, network};
pub(crate) use origins::Origins;
pub use secret::Secret;

use crate::own::{ByReason, Own, Reason};

/// Whom one listener, or the routes in an app, let in.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) hosts: Hosts,
    pub(crate) networks: Networks,
    pub(crate) origins: Origins,
    /// Nobody is asked who he is without this.
    #[cfg(feature = "auth")]
    pub(crate) credentials: Option<Credentials>,
    /// What browsers are told of https, with every answer.
    pub(crate) hsts: Option<HeaderValue>,
}

/// Why a request is not let in, and what its sender is told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    reason: Reason,
    sentence: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    fn new(reason: Reason, sentence: String) -> Self {
        Self {
            reason,
            sentence,
            headers: Vec::new(),
        }
    }

    #[cfg(feature = "auth")]
    fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The answer, which is counted.
    fn answer(self) -> HttpResponse {
        let reason = self.reason;
        Own::global()
            .requests_refused
            .with(ByReason { reason })
            .inc();
        let status = match reason {
            Reason::Credentials => StatusCode::UNAUTHORIZED,
            Reason::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Reason::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Reason::Network | Reason::Host | Reason::Origin | Reason::ClientName => {
                StatusCode::FORBIDDEN
            }
        };
        let mut answer = HttpResponse::build(status);
        for header in self.headers {
            answer.append_header(header);
        }
        answer
            .content_type("text/plain; charset=utf-8")
            .body(self.sentence + "\n")
    }
}
