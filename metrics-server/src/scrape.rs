//! `GET /metrics`: what the client asks for, in the format that it likes, gathered on a blocking thread and streamed in
//! bounded memory.

use std::time::{Duration, Instant};

use actix_web::http::header::{HeaderMap, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use metrics_core::{GaugeGuard, Registry, TextEncoder, Visitor};

use crate::compress::Compressed;
use crate::exporter::{Exporter, MAX_SCRAPES};
use crate::filter::{Filtered, Selection};
use crate::negotiate::{Negotiated, Version};
use crate::own::{ByEnd, ByFormat, Format, Own, ScrapeEnd};
use crate::pieces::{self, Begun, Pieces};
use crate::query::{self, Query};

/// A scraper that takes longer is gone. It is also the default for those that name no timeout.
const LONGEST_SCRAPE: Duration = Duration::from_secs(30);

/// Handles a scrape.
pub(crate) async fn scrape(
    exporter: web::Data<Exporter>,
    request: HttpRequest,
    Query(pairs): Query,
) -> HttpResponse {
    let selection = match Selection::from_query(&pairs) {
        Ok(selection) => selection,
        Err(message) => return query::refuse(&message),
    };
    let negotiated = Negotiated::of(request.headers());
    let format = negotiated.exposition.format();
    let Ok(permit) = exporter.scrapes().clone().try_acquire_owned() else {
        count(format, ScrapeEnd::Refused);
        return too_many();
    };
    let started = Instant::now();
    let deadline = started + scrape_timeout(request.headers());
    let (pieces, body) = pieces::channel(deadline);
    let registry = exporter.served().clone();
    // detached: when the client leaves, the channel closes and the walk ends
    drop(web::block(move || {
        let _permit = permit;
        let mut scraping = Scraping::begin(format, started);
        scraping.end = gather(&registry, &selection, negotiated, pieces);
    }));

    // the first piece decides the status, so that a failure is never half an exposition
    let mut response = HttpResponse::Ok();
    negotiated.describe(&mut response);
    match body.begin().await {
        Begun::Failed => HttpResponse::InternalServerError()
            .content_type("text/plain; charset=utf-8")
            .body("the metrics could not be gathered; the process's log says why\n"),
        Begun::Whole(body) => response.body(body),
        Begun::First(body) => response.streaming(body),
    }
}

/// What Prometheus says it will wait, at most [`LONGEST_SCRAPE`].
fn scrape_timeout(headers: &HeaderMap) -> Duration {
    let header = headers.get("X-Prometheus-Scrape-Timeout-Seconds");
    let seconds = header.and_then(|value| value.to_str().ok()?.parse().ok());
    let timeout = seconds.and_then(|seconds: f64| Duration::try_from_secs_f64(seconds).ok());
    timeout.map_or(LONGEST_SCRAPE, |timeout| timeout.min(LONGEST_SCRAPE))
}

/// The walk, encoded and compressed on its way to the connection.
fn gather(
    registry: &Registry,
    selection: &Selection,
    negotiated: Negotiated,
    pieces: Pieces,
) -> ScrapeEnd {
    let Ok(out) = Compressed::new(negotiated.coding, pieces) else {
        return ScrapeEnd::Failed;
    };
    let mark = registry.mark();
    let encoded = match negotiated.exposition.version {
        Version::Text0_0_4 | Version::Text1_0_0 => {
            walk(registry, selection, TextEncoder::new(out)).finish()
        }
        Version::OpenMetrics1_0_0 | Version::OpenMetrics0_0_1 => {
            walk(registry, selection, TextEncoder::new(out)).finish()
        }
        Version::Protobuf => walk(registry, selection, TextEncoder::new(out)).finish(),
    };
    let finished = encoded.and_then(Compressed::finish).and_then(Pieces::end);
    match finished {
        Ok(()) => {
            // what was removed before has been shown for the last time
            if *selection == Selection::default() {
                registry.delivered(mark);
            }
            ScrapeEnd::Complete
        }
        Err(_) => ScrapeEnd::Abandoned,
    }
}

/// Shows the encoder what is chosen, and gives it back.
fn walk<V: Visitor>(registry: &Registry, selection: &Selection, encoder: V) -> V {
    let mut visitor = Filtered::new(selection, encoder);
    // an error of the writer ends the walk, and the encoder's `finish` tells it
    let _ = registry.gather(&mut visitor);
    visitor.into_inner()
}

/// A scrape under way, which is counted however it ends.
pub(crate) struct Scraping {
    format: Format,
    started: Instant,
    pub(crate) end: ScrapeEnd,
    _in_flight: GaugeGuard<'static>,
}

impl Scraping {
    /// A scrape that has failed if nothing else is said before it ends.
    pub(crate) fn begin(format: Format, started: Instant) -> Self {
        Self {
            format,
            started,
            end: ScrapeEnd::Failed,
            _in_flight: Own::global().scrapes_in_flight.inc_guard(),
        }
    }
}

impl Drop for Scraping {
    fn drop(&mut self) {
        let format = self.format;
        let duration = Own::global().scrape_duration.with(ByFormat { format });
        duration.observe_duration(self.started.elapsed());
        count(format, self.end);
    }
}

pub(crate) fn count(format: Format, end: ScrapeEnd) {
    Own::global().scrapes.with(ByEnd { format, end }).inc();
}

pub(crate) fn too_many() -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .insert_header((RETRY_AFTER, "1"))
        .content_type("text/plain; charset=utf-8")
        .body(format!(
            "more than {MAX_SCRAPES} scrapes are under way; try again in a second\n"
        ))
}
