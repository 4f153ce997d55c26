//! Pages of other origins, which may not read what is served here. `Sec-Fetch-Site` tells of them where a browser sends it,
//! and `Origin` else: browsers send the first to https and localhost alone, and the second not with everything.
//! Source: the Fetch Metadata draft; RFC 6454.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, HOST, HeaderMap, ORIGIN,
};
use actix_web::{HttpRequest, HttpResponse};

use super::Refusal;
use crate::log::printable;
use crate::own::Reason;

/// The origins whose pages may read, beside this server's own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins(Arc<[String]>);

impl From<Vec<String>> for Origins {
    fn from(allowed: Vec<String>) -> Self {
        Self(allowed.into())
    }
}

impl Origins {
    /// The origin that the request tells of, if its pages are allowed to read.
    pub(super) fn allowed<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let mut origins = headers.get_all(ORIGIN);
        let origin = origins.next()?.to_str().ok()?;
        let is_allowed = origins.next().is_none() && self.0.iter().any(|of| of == origin);
        is_allowed.then_some(origin)
    }

    /// Whether a browser asks, for a page of an allowed origin, what the page may ask for.
    pub(super) fn is_preflight(&self, request: &HttpRequest) -> bool {
        let headers = request.headers();
        request.method() == Method::OPTIONS
            && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
            && self.allowed(headers).is_some()
    }

    pub(super) fn admit(&self, request: &HttpRequest) -> Result<(), Refusal> {
        let headers = request.headers();
        if self.allowed(headers).is_some() {
            return Ok(());
        }
        let foreign = match text(headers, "sec-fetch-site") {
            Some("same-origin" | "none") => None,
            // a link leads here, and shows its reader what he may see; a frame is refused by the headers of the answer
            Some(_) if is_visit(headers) => None,
            Some(_) => Some(named(headers).unwrap_or("another site")),
            None => named(headers).filter(|origin| !is_own(origin, headers)),
        };
        match foreign {
            None => Ok(()),
            Some(origin) => Err(Refusal::new(
                Reason::Origin,
                format!(
                    "pages of {} may not read these metrics; `allow_origin` lets them",
                    printable(origin)
                ),
            )),
        }
    }
}

/// The answer to a preflight, but for the headers that all answers to an allowed origin have: it may read, and say who it is.
/// Source: the Fetch standard, "CORS-preflight fetch".
pub(super) fn preflighted() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "authorization"))
        .insert_header((ACCESS_CONTROL_MAX_AGE, "600"))
        .finish()
}

/// The origin that the request names. Two are nobody's that is known, and one that is no text.
fn named(headers: &HeaderMap) -> Option<&str> {
    let mut origins = headers.get_all(ORIGIN);
    let origin = origins.next()?;
    if origins.next().is_some() {
        return Some("several origins");
    }
    Some(origin.to_str().unwrap_or("an unreadable origin"))
}

/// Whether somebody opens this as a page of its own.
fn is_visit(headers: &HeaderMap) -> bool {
    text(headers, "sec-fetch-mode") == Some("navigate")
        && text(headers, "sec-fetch-dest") == Some("document")
}

/// Whether this is the origin of the host that was asked for.
fn is_own(origin: &str, headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else {
        return false;
    };
    let Some((scheme, of)) = origin.split_once("://") else {
        return false;
    };
    let usual = if scheme == "https" { ":443" } else { ":80" };
    let plain = |host: &'_ str| {
        host.strip_suffix(usual)
            .unwrap_or(host)
            .to_ascii_lowercase()
    };
    plain(of) == plain(host)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const EVIL: (&str, &str) = ("origin", "https://evil.example");

    fn admits(headers: &[(&str, &str)]) -> bool {
        let origins = Origins::from(vec!["https://ops.example.com".to_owned()]);
        let mut request = TestRequest::default();
        for &(name, value) in headers {
            request = request.append_header((name, value));
        }
        origins.admit(&request.to_http_request()).is_ok()
    }

    #[test]
    fn programs_own_pages_and_allowed_ones_may_read() {
        for headers in [
            &[][..],
            &[("host", "h:1")],
            &[("host", "h:1"), ("origin", "http://h:1")],
            &[("host", "H"), ("origin", "http://h:80")],
            &[("host", "h:443"), ("origin", "https://h")],
            &[("host", "[::1]:1"), ("origin", "http://[::1]:1")],
            &[("host", "h"), ("origin", "https://ops.example.com")],
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://ops.example.com"),
            ],
            &[
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "document"),
            ],
        ] {
            assert!(admits(headers), "{headers:?}");
        }
    }

    #[test]
    fn others_may_not() {
        for headers in [
            &[EVIL][..],
            &[("host", "h:1"), EVIL],
            &[("host", "h:1"), ("origin", "http://h:2")],
            &[("host", "h:80"), ("origin", "https://h")],
            &[("host", "h:1"), ("origin", "null")],
            &[("host", "h:1"), ("origin", "http://h:1"), EVIL],
            &[("host", "h"), ("origin", "https://ops.example.com"), EVIL],
            &[
                ("host", "h"),
                ("origin", "https://ops.example.com.evil.example"),
            ],
            &[("sec-fetch-site", "cross-site")],
            // another port of localhost
            &[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "iframe"),
            ],
        ] {
            assert!(!admits(headers), "{headers:?}");
        }
    }
}
