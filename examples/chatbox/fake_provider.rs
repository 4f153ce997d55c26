//! Providers that run here: each with its own latency, errors and speed, a tenth of what real ones take.

use std::f64::consts::TAU;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, rt, web};
use bytes::Bytes;
use futures_util::{Stream, stream};

use crate::provider::Provider;
use crate::sse;

const FASTEST_MILLIS: f64 = 10.0;
const SLOWEST_MILLIS: f64 = 2000.0;

/// How a provider behaves.
struct Manner {
    /// Median time to the first token.
    first_token_millis: f64,
    /// How far from the median times are: the deviation of their logarithm.
    spread: f64,
    /// Time from each token to the next.
    token_millis: u64,
    /// Of a hundred requests, how many are refused.
    refused: u8,
    /// Of a hundred requests, how many answers break off midway.
    broken_off: u8,
}

fn manner(provider: Provider) -> Manner {
    let (first_token_millis, spread, token_millis, refused, broken_off) = match provider {
        Provider::OpenAi => (35.0, 0.4, 2, 3, 1),
        Provider::Anthropic => (50.0, 0.3, 1, 4, 1),
        Provider::Dify => (80.0, 0.6, 3, 8, 3),
    };
    Manner {
        first_token_millis,
        spread,
        token_millis,
        refused,
        broken_off,
    }
}

impl Manner {
    /// Times of services are about log-normal: most are near the median, and a few far above it.
    fn time_to_first_token(&self) -> Duration {
        let (angle, u) = (TAU * fastrand::f64(), 1.0 - fastrand::f64());
        let normal = (-2.0 * u.ln()).sqrt() * angle.cos();
        let millis = self.first_token_millis * (self.spread * normal).exp();
        Duration::from_secs_f64(millis.clamp(FASTEST_MILLIS, SLOWEST_MILLIS) / 1000.0)
    }
}

/// Starts all of them, on free ports; they end with the process.
pub(crate) fn start() -> io::Result<[SocketAddr; Provider::ALL.len()]> {
    let [openai, anthropic, dify] = Provider::ALL.map(serve);
    Ok([openai?, anthropic?, dify?])
}

fn serve(provider: Provider) -> io::Result<SocketAddr> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(provider))
            .route("/chat", web::post().to(chat))
    })
    .workers(1)
    .disable_signals()
    .bind("127.0.0.1:0")?;
    let address = server.addrs()[0];
    rt::spawn(server.run());
    Ok(address)
}

async fn chat(provider: web::Data<Provider>, prompt: String) -> HttpResponse {
    let manner = manner(**provider);
    if fastrand::u8(..100) < manner.refused {
        return if fastrand::bool() {
            HttpResponse::TooManyRequests().finish()
        } else {
            HttpResponse::InternalServerError().finish()
        };
    }
    // whoever asks for a story gets one that takes an hour
    let tokens = if prompt.contains("story") {
        2_000_000
    } else {
        fastrand::usize(5..60)
    };
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .streaming(answer(manner, tokens))
}

/// The events of an answer, at the pace of the provider.
fn answer(manner: Manner, tokens: usize) -> impl Stream<Item = io::Result<Bytes>> {
    let breaks_off = fastrand::u8(..100) < manner.broken_off;
    let end = if breaks_off {
        Err(io::ErrorKind::BrokenPipe.into())
    } else {
        Ok(sse::done())
    };
    let words = ["well", "so", "it", "may", "be", "as", "you", "say"];
    let text = (0..tokens).map(move |n| Ok(sse::event(words[n % words.len()])));
    let events = text.chain([end]).enumerate();
    stream::unfold((manner, events), |(manner, mut events)| async move {
        let (n, event) = events.next()?;
        rt::time::sleep(match n {
            0 => manner.time_to_first_token(),
            _ => Duration::from_millis(manner.token_millis),
        })
        .await;
        Some((event, (manner, events)))
    })
}
