//! The live page: HTML, style and scripts that travel in the binary, and the handlers that answer with them.
//! What is drawn comes over the stream, see `stream/`; `asset` holds the files, `page/` is their source.

mod asset;

use std::future::{Ready, ready};

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, EntityTag, Header, IfNoneMatch, REFERRER_POLICY,
    VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse};

use crate::negotiate::Coding;
use asset::{Asset, Written};

/// Nothing from elsewhere, nothing inline, and nobody may frame it. `'self'` of `connect-src` is the stream too, since
/// browsers follow CSP 3, where it covers `ws:` of the same host.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Handles a request for the page where its files are in `live/`, beside it.
pub(crate) fn page(request: HttpRequest) -> Ready<HttpResponse> {
    ready(answer(asset::page(), &request))
}

/// Handles a request for the page at the root of a server, where its files are in `metrics/live/`.
pub(crate) fn page_at_root(request: HttpRequest) -> Ready<HttpResponse> {
    ready(answer(asset::page_at_root(), &request))
}

/// Handles a request for a file of the page.
pub(crate) fn file(request: HttpRequest) -> Ready<HttpResponse> {
    let name = request.match_info().query("file");
    ready(match asset::file(name) {
        Some(asset) => answer(asset, &request),
        None => HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body("the live page has no such file\n"),
    })
}

/// The asset, or word that the client has it already.
fn answer(asset: &'static Asset, request: &HttpRequest) -> HttpResponse {
    let tag = EntityTag::new_weak(asset.tag().to_owned());
    let is_known = has(request, &tag);
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, tag.to_string()))
        // a new version of the program may have another page at the same address
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((VARY, "Accept-Encoding"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "no-referrer"));
    if is_known {
        return response.finish();
    }
    let Written { coding, bytes } = asset.written(Coding::of_headers(request.headers()));
    response.content_type(asset.content_type());
    coding.describe(&mut response);
    response.body(bytes)
}

/// Whether the client says that it has this version.
fn has(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|of| of.weak_eq(tag)),
        // `*` asks whether there is anything at all
        Ok(IfNoneMatch::Any) => true,
        Err(_) => false,
    }
}
