//! `GET /metrics/stream`: the protocol `metricset.v1+json` over WebSocket.
//! One sampler walks the registry and encodes for groups of clients, one ring keeps what happens; sessions each talk to one
//! client.

mod events;
mod frame;
mod group;
mod performance;
mod sampler;
mod session;
pub(crate) mod socket;
mod subscription;
mod summary;
mod table;
mod types;
mod values;

use actix_web::http::header::{HOST, HeaderMap, ORIGIN};
use actix_web::{HttpRequest, HttpResponse, rt, web};

pub(crate) use events::EventRing;
pub(crate) use sampler::Sampler;
#[cfg(fuzzing)]
pub(crate) use subscription::fuzzing;
pub(crate) use summary::Summary;

use crate::exporter::Exporter;
use crate::own::Own;
use crate::query::{self, Query};
use socket::Limits;
use subscription::Subscription;

/// The subprotocol that is offered; clients need not ask for it.
const PROTOCOL: &str = "metricset.v1+json";

/// Handles a request to join the stream.
pub(crate) async fn stream(
    exporter: web::Data<Exporter>,
    request: HttpRequest,
    body: web::Payload,
    Query(pairs): Query,
) -> actix_web::Result<HttpResponse> {
    if let Some(origin) = foreign_origin(&exporter, request.headers()) {
        return Ok(HttpResponse::Forbidden()
            .content_type("text/plain; charset=utf-8")
            .body(format!(
                "pages of {origin} may not read this stream; `allow_origin` lets them\n"
            )));
    }
    let subscription = match Subscription::from_query(&pairs) {
        Ok(subscription) => subscription,
        Err(message) => return Ok(query::refuse(&message)),
    };
    let Ok(place) = exporter.streams().clone().try_acquire_owned() else {
        Own::global().stream_clients_refused.inc();
        let max = exporter.max_stream_clients();
        return Ok(HttpResponse::ServiceUnavailable()
            .content_type("text/plain; charset=utf-8")
            .body(format!(
                "the stream has its most clients, {max}; try again later\n"
            )));
    };
    let (response, socket) = socket::accept(&request, body, &[PROTOCOL], &Limits::STREAM, place)?;
    let exporter = Exporter::clone(&exporter);
    rt::spawn(async move { session::run(&exporter, socket, subscription).await });
    Ok(response)
}

/// The origin of a page that is neither of this host nor allowed. What names no origin is no page.
fn foreign_origin<'h>(exporter: &Exporter, headers: &'h HeaderMap) -> Option<&'h str> {
    // an origin that is no text is nobody's that is known
    let origin = headers
        .get(ORIGIN)?
        .to_str()
        .unwrap_or("an unreadable origin");
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let same_host = origin
        .split_once("://")
        .is_some_and(|(_, of)| Some(of) == host);
    (!same_host && !exporter.allows_origin(origin)).then_some(origin)
}
