//! `GET /metrics`: what the client asks for, in the format that it likes, gathered on a blocking thread and streamed in
//! bounded memory.

use std::io;
use std::time::{Duration, Instant};

use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use metrics_core::{
    GaugeGuard, Label as _, OpenMetricsEncoder, ProtobufEncoder, Registry, TextEncoder, Visitor,
};

use crate::compress::Compressed;
use crate::exporter::{Exporter, MAX_DOCUMENTS, MAX_SCRAPES};
use crate::filter::{Filtered, Selection};
use crate::listen::{Connection, STALL};
use crate::log;
use crate::negotiate::{Negotiated, Version};
use crate::own::{ByEnd, ByFormat, Format, Own, ScrapeEnd};
use crate::pieces::{self, Begun, Body, Pieces};
use crate::query::{self, Query};

/// A scraper that takes longer is gone. It is also the default for those that name no timeout.
pub(crate) const LONGEST_SCRAPE: Duration = STALL;

/// What is left of a scraper's timeout for the walk and the way to it, as the design has it; the blackbox exporter leaves
/// as much (`--timeout-offset`).
const ON_THE_WAY: Duration = Duration::from_millis(500);

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
    let timeout = scrape_timeout(request.headers());
    let deadline = started + timeout.unwrap_or(LONGEST_SCRAPE);
    if let Some(connection) = Connection::of(&request) {
        connection.write_by(Some(deadline.into()));
    }
    let (pieces, body) = pieces::channel(deadline);
    #[cfg(feature = "_testing")]
    let pieces = pieces.failing_after(crate::testing::fails_after(&pairs));
    let registry = exporter.served().clone();
    let mark = registry.mark();
    let walk = Walk {
        registry: registry.clone(),
        selection,
        negotiated,
        created_samples: exporter.created_samples(),
        // what users' code has not told by then is left out, so that the rest arrives in time
        until: started + timeout.map_or(Registry::GATHER_DEADLINE, before_timeout),
    };
    // removed series need not be shown again to who got everything
    let is_everything = walk.selection.is_all() && request.method() == Method::GET;
    let taken = move || {
        if is_everything {
            drop(web::block(move || registry.delivered(mark)));
        }
    };
    // detached: when the client leaves, the channel closes and the walk ends
    drop(web::block(move || {
        let _permit = permit;
        let mut scraping = Scraping::begin(format, started);
        scraping.ended(walk.run(pieces));
    }));

    let mut response = HttpResponse::Ok();
    negotiated.describe(&mut response);
    answer(response, body, taken).await
}

/// An answer with this body; `taken` is called as [`Body::begin`] says.
pub(crate) async fn answer(
    mut response: HttpResponseBuilder,
    body: Body,
    taken: impl FnOnce() + 'static,
) -> HttpResponse {
    // the first piece decides the status, so that a failure is never half an exposition
    match body.begin(taken).await {
        Begun::Failed => HttpResponse::InternalServerError()
            .content_type("text/plain; charset=utf-8")
            .body("the metrics could not be gathered; the process's log says why\n"),
        Begun::Whole(body) => response.body(body),
        Begun::First(body) => response.streaming(body),
    }
}

/// What Prometheus says it will wait, at most [`LONGEST_SCRAPE`]; `None` of clients that do not say.
fn scrape_timeout(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get("X-Prometheus-Scrape-Timeout-Seconds")?;
    let seconds: f64 = seconds.to_str().ok()?.parse().ok()?;
    let timeout = Duration::try_from_secs_f64(seconds).ok()?;
    Some(timeout.min(LONGEST_SCRAPE))
}

/// How long code of users may take of a timeout: but for [`ON_THE_WAY`], or half of a short one.
fn before_timeout(timeout: Duration) -> Duration {
    timeout.saturating_sub(ON_THE_WAY).max(timeout / 2)
}

/// One walk, encoded and compressed on its way to the connection.
struct Walk {
    registry: Registry,
    selection: Selection,
    negotiated: Negotiated,
    created_samples: bool,
    until: Instant,
}

impl Walk {
    fn run(&self, pieces: Pieces) -> io::Result<()> {
        let out = Compressed::new(self.negotiated.coding, pieces)?;
        let encoded = match self.negotiated.exposition.version {
            Version::Text0_0_4 | Version::Text1_0_0 => self.show(TextEncoder::new(out)).finish(),
            Version::OpenMetrics1_0_0 | Version::OpenMetrics0_0_1 => {
                let encoder = OpenMetricsEncoder::new(out).created_samples(self.created_samples);
                self.show(encoder).finish()
            }
            Version::Protobuf => self.show(ProtobufEncoder::new(out)).finish(),
        };
        encoded.and_then(Compressed::finish).and_then(Pieces::end)
    }

    /// Shows the encoder what is chosen, and gives it back.
    fn show<V: Visitor>(&self, encoder: V) -> V {
        let mut visitor = Filtered::new(&self.selection, encoder);
        // an error of the writer ends the walk, and the encoder's `finish` tells it
        let _ = self.registry.gather_until(self.until, &mut visitor);
        visitor.into_inner()
    }
}

/// A scrape under way, which is counted however it ends.
pub(crate) struct Scraping {
    format: Format,
    started: Instant,
    end: ScrapeEnd,
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

    /// Says how it ended, to the log, too, if its client did not get all.
    pub(crate) fn ended(&mut self, result: io::Result<()>) {
        let format = self.format;
        let format = Format::VALUES.get(format.index()).unwrap_or(&"");
        self.end = match result {
            Ok(()) => ScrapeEnd::Complete,
            Err(error) if pieces::was_left(&error) => {
                let after = self.started.elapsed();
                log::debug(&format!(
                    "a scraper left before it had all ({format}, after {after:.1?})"
                ));
                ScrapeEnd::Abandoned
            }
            Err(error) => {
                log::warn(&format!("a scrape failed ({format}): {error}"));
                ScrapeEnd::Failed
            }
        };
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

/// The answer to who waited in vain for a turn to have a document made.
pub(crate) fn too_many_documents() -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .insert_header((RETRY_AFTER, "1"))
        .content_type("text/plain; charset=utf-8")
        .body(format!(
            "{MAX_DOCUMENTS} documents are being made for others, and take long; try again in a second\n"
        ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    #[test]
    fn a_scraper_says_how_long_it_waits() {
        let timeout = |text| {
            let name = HeaderName::from_static("x-prometheus-scrape-timeout-seconds");
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(text));
            scrape_timeout(&headers)
        };
        assert_eq!(timeout("9.5"), Some(Duration::from_millis(9500)));
        assert_eq!(timeout("3600"), Some(LONGEST_SCRAPE));
        for nothing in ["", "soon", "-1", "NaN", "inf", "1e300"] {
            assert_eq!(timeout(nothing), None, "{nothing}");
        }
        assert_eq!(scrape_timeout(&HeaderMap::new()), None);
    }

    #[test]
    fn code_of_users_ends_before_the_scraper_does() {
        for (timeout, left) in [(10_000, 9_500), (600, 300), (1_000, 500), (0, 0)] {
            let [timeout, left] = [timeout, left].map(Duration::from_millis);
            assert_eq!(before_timeout(timeout), left);
        }
    }
}
