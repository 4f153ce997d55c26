//! The rules about names, origins and networks as targets of `fuzz/` ask them.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::Uri;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::test::TestRequest;

#[cfg(feature = "auth")]
pub(crate) use super::auth::fuzzing as auth;
use super::{Hosts, Networks, Origins, Refusal};

/// Whether a request for this target with these headers is let in by its host where `names` are known, and by its origin
/// where `allowed` are; `None` where HTTP does not let it through.
pub fn admits(
    target: &[u8],
    headers: &[(&str, &[u8])],
    names: &[&str],
    allowed: &[&str],
) -> Option<(bool, bool)> {
    let request = request(target, headers)?;
    let owned = |all: &[&str]| all.iter().copied().map(str::to_owned).collect::<Vec<_>>();
    let by_host = Hosts::only(owned(names)).admit(&request);
    let by_origin = Origins::from(owned(allowed)).admit(&request);
    Some((is_admitted(by_host), is_admitted(by_origin)))
}

fn request(target: &[u8], headers: &[(&str, &[u8])]) -> Option<HttpRequest> {
    let target = Uri::try_from(target).ok()?;
    let mut request = TestRequest::default().uri(&target.to_string());
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        request = request.append_header((name, HeaderValue::from_bytes(value).ok()?));
    }
    Some(request.to_http_request())
}

fn is_admitted(admitted: Result<(), Refusal>) -> bool {
    // it goes to a terminal, too
    if let Err(refusal) = &admitted {
        let sentence = &refusal.sentence;
        assert!(!sentence.contains(char::is_control), "{sentence:?}");
    }
    admitted.is_ok()
}

/// Whether the address is in one of the networks that are written so.
///
/// # Errors
///
/// What is wrong with them.
pub fn networks(written: &[String], address: IpAddr) -> Result<bool, Vec<String>> {
    let mut problems = Vec::new();
    let networks = Networks::parse(Some(written), &mut problems);
    if problems.is_empty() {
        Ok(networks.have(address))
    } else {
        Err(problems)
    }
}
