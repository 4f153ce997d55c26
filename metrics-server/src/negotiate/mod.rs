//! What a client is answered with: a pure function of its headers, never a refusal.
//! `accept` chooses the format, `coding` the compression; the header lists are taken apart by actix-web.

mod accept;
mod catalog;
mod coding;

use actix_web::HttpResponseBuilder;
use actix_web::http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, VARY};

pub(crate) use accept::{Exposition, Version};
pub(crate) use catalog::prefers_json;
pub(crate) use coding::Coding;

/// How the exposition goes to one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Negotiated {
    pub(crate) exposition: Exposition,
    pub(crate) coding: Coding,
}

impl Negotiated {
    /// What these headers ask for.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self {
            exposition: Exposition::of(headers.get_all(ACCEPT)),
            coding: Coding::of_headers(headers),
        }
    }

    /// Says in the response what was chosen, and by which headers.
    pub(crate) fn describe(self, response: &mut HttpResponseBuilder) {
        response.content_type(self.exposition.content_type());
        response.insert_header((VARY, "Accept, Accept-Encoding"));
        self.coding.describe(response);
    }
}

impl Coding {
    /// What these headers ask for, of an answer that has one format alone.
    pub(crate) fn of_headers(headers: &HeaderMap) -> Self {
        Self::of(headers.get_all(ACCEPT_ENCODING))
    }

    /// Names this coding in a response whose body is written in it; middleware that compresses then leaves it alone.
    pub(crate) fn describe(self, response: &mut HttpResponseBuilder) {
        if self != Self::Identity {
            response.insert_header((CONTENT_ENCODING, self.as_str()));
        }
    }
}
