//! `GET /metrics/stream`: the protocol `metricset.v1+json` over WebSocket.
//! One sampler walks the registry and encodes for groups of clients, one ring keeps what happens; sessions each talk to one
//! client.

mod events;
mod frame;
mod group;
mod performance;
mod places;
mod sampler;
mod session;
pub(crate) mod socket;
mod subscription;
mod summary;
mod table;
mod types;
mod values;

use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpRequest, HttpResponse, rt, web};

pub(crate) use events::EventRing;
use places::Full;
pub(crate) use places::Places;
pub(crate) use sampler::Sampler;
#[cfg(fuzzing)]
pub(crate) use subscription::fuzzing;
pub(crate) use summary::Summary;

use crate::exporter::Exporter;
use crate::listen::Peer;
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
    let subscription = match Subscription::from_query(&pairs) {
        Ok(subscription) => subscription,
        Err(message) => return Ok(query::refuse(&message)),
    };
    let peer = Peer::of(&request);
    let place = match exporter.places().take(peer.as_ref()) {
        Ok(place) => place,
        Err(full) => return Ok(refuse(full)),
    };
    let (response, socket) = socket::accept(&request, body, &[PROTOCOL], &Limits::STREAM, place)?;
    let exporter = Exporter::clone(&exporter);
    rt::spawn(async move { session::run(&exporter, socket, subscription).await });
    Ok(response)
}

/// 503, with what would let more in.
fn refuse(full: Full) -> HttpResponse {
    Own::global().stream_clients_refused.inc();
    let sentence = match full {
        Full::All(max) => {
            format!("the stream has its most clients, {max}; `max_stream_clients` lets more in")
        }
        Full::Address(max) => format!(
            "the stream has its most clients of this address, {max}; `max_stream_clients_per_address` lets more in, which all \
             need who come through one proxy"
        ),
    };
    HttpResponse::ServiceUnavailable()
        .insert_header((RETRY_AFTER, "5"))
        .content_type("text/plain; charset=utf-8")
        .body(sentence + "\n")
}
