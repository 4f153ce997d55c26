//! What every answer tells a browser: take it as what it says it is, show it in no frame, tell nobody where it was read.
//! A handler's own headers stay.

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue,
    REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What is no page loads nothing.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// Completes the headers of an answer to `origin`, if that is an allowed one, of a listener that says `hsts` of https.
pub(super) fn complete(headers: &mut HeaderMap, origin: Option<&str>, hsts: Option<&HeaderValue>) {
    let of_all = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (X_FRAME_OPTIONS, "DENY"),
        (CONTENT_SECURITY_POLICY, NOTHING),
    ];
    for (name, value) in of_all {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if let Some(hsts) = hsts {
        headers.insert(STRICT_TRANSPORT_SECURITY, hsts.clone());
    }
    let readers = match origin.map(HeaderValue::from_str) {
        Some(Ok(origin)) => {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.append(VARY, HeaderValue::from_static("Origin"));
            "cross-origin"
        }
        _ => "same-origin",
    };
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static(readers));
}
