//! `GET /metrics`: the text exposition, gathered on a blocking thread and streamed in bounded memory.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::http::header::{HeaderMap, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures_core::Stream;
use metrics_core::{GaugeGuard, Registry, TEXT_CONTENT_TYPE, TextEncoder};
use tokio::sync::mpsc;

use crate::exporter::{Exporter, MAX_SCRAPES};
use crate::filter::{Filter, Filtered};
use crate::own::{ByEnd, ByFormat, Format, Own, ScrapeEnd};
use crate::query::{self, Query};

/// Chunks that may wait for the connection; with the one being filled, 320 KiB a scrape.
const WAITING_CHUNKS: usize = 4;

/// A scraper that takes longer is gone. It is also the default for those that name no timeout.
const LONGEST_SCRAPE: Duration = Duration::from_secs(30);

/// A piece of the exposition. A channel that ends without `End` has failed.
enum Piece {
    Chunk(Bytes),
    End,
}

/// Handles a scrape.
pub(crate) async fn scrape(
    exporter: web::Data<Exporter>,
    request: HttpRequest,
    Query(pairs): Query,
) -> HttpResponse {
    let filter = match filter(&pairs) {
        Ok(filter) => filter,
        Err(message) => return query::refuse(&message),
    };
    let Ok(permit) = exporter.scrapes().clone().try_acquire_owned() else {
        count(Format::Text, ScrapeEnd::Refused);
        return too_many();
    };
    let started = Instant::now();
    let deadline = started + scrape_timeout(request.headers());
    let (sender, mut pieces) = mpsc::channel(WAITING_CHUNKS);
    let registry = exporter.served().clone();
    let runtime = tokio::runtime::Handle::current();
    // detached: when the client leaves, the channel closes and the walk ends
    drop(web::block(move || {
        let _permit = permit;
        let mut scraping = Scraping::begin(Format::Text, started);
        let chunks = Chunks {
            sender,
            runtime,
            deadline,
        };
        scraping.end = gather(&registry, &filter, chunks);
    }));

    // the first piece decides the status, so that a failure is never half an exposition
    let mut response = HttpResponse::Ok();
    response.content_type(TEXT_CONTENT_TYPE);
    match pieces.recv().await {
        None => HttpResponse::InternalServerError()
            .content_type("text/plain; charset=utf-8")
            .body("the metrics could not be gathered; the process's log says why\n"),
        Some(Piece::End) => response.finish(),
        Some(Piece::Chunk(first)) => match pieces.recv().await {
            Some(Piece::End) => response.body(first),
            second => response.streaming(Body {
                ready: [Some(Piece::Chunk(first)), second],
                pieces,
            }),
        },
    }
}

/// `name[]=` chooses families by name or glob.
fn filter(pairs: &[(String, String)]) -> Result<Filter, String> {
    let mut filter = Filter::default();
    for (key, value) in pairs {
        if key == "name[]" {
            filter.add_glob(value)?;
        }
    }
    Ok(filter)
}

/// What Prometheus says it will wait, at most [`LONGEST_SCRAPE`].
fn scrape_timeout(headers: &HeaderMap) -> Duration {
    let header = headers.get("X-Prometheus-Scrape-Timeout-Seconds");
    let seconds = header.and_then(|value| value.to_str().ok()?.parse().ok());
    let timeout = seconds.and_then(|seconds: f64| Duration::try_from_secs_f64(seconds).ok());
    timeout.map_or(LONGEST_SCRAPE, |timeout| timeout.min(LONGEST_SCRAPE))
}

fn gather(registry: &Registry, filter: &Filter, chunks: Chunks) -> ScrapeEnd {
    let mut visitor = Filtered {
        filter,
        inner: TextEncoder::new(chunks),
    };
    // an error of the writer ends the walk, and `finish` tells it
    let _ = registry.gather(&mut visitor);
    let finished = visitor
        .inner
        .finish()
        .and_then(|mut chunks| chunks.send(Piece::End));
    match finished {
        Ok(()) => ScrapeEnd::Complete,
        Err(_) => ScrapeEnd::Abandoned,
    }
}

/// Hands chunks from the blocking thread to the connection, and waits for it no longer than the deadline.
struct Chunks {
    sender: mpsc::Sender<Piece>,
    runtime: tokio::runtime::Handle,
    deadline: Instant,
}

impl Chunks {
    fn send(&mut self, piece: Piece) -> io::Result<()> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let sent = self.runtime.block_on(self.sender.send_timeout(piece, left));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    }
}

impl io::Write for Chunks {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        self.send(Piece::Chunk(Bytes::copy_from_slice(chunk)))?;
        Ok(chunk.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The rest of an exposition that did not fit a chunk.
struct Body {
    /// What was taken from the channel to choose the status.
    ready: [Option<Piece>; 2],
    pieces: mpsc::Receiver<Piece>,
}

impl Stream for Body {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let ready = self.ready.iter_mut().find_map(Option::take);
        let piece = match ready {
            Some(piece) => Some(piece),
            None => std::task::ready!(self.pieces.poll_recv(cx)),
        };
        Poll::Ready(match piece {
            Some(Piece::Chunk(chunk)) => Some(Ok(chunk)),
            Some(Piece::End) => None,
            // the connection is cut, so that the client does not take a part for the whole
            None => Some(Err(io::ErrorKind::UnexpectedEof.into())),
        })
    }
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
