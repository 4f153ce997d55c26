//! An echo WebSocket server with a metrics port of its own.
//!
//! `cargo run --example websocket_server`, and then
//! `curl -s 127.0.0.1:9100/metrics | grep '^websocket_connections '`.

use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};
use actix_ws::{Message, MessageStream, Session};
use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use metrics_core::{Counter, Gauge, Histogram, MetricSet, timed};
use metrics_examples::{Load, Options};
use metrics_server::{Artifacts, Error, Exporter, Server};
use tokio_tungstenite::tungstenite;

/// What the echo server does.
#[derive(MetricSet)]
#[metrics(prefix = "websocket")]
struct Echo {
    /// Current number of active WebSocket connections
    #[metric(panels(stat, rate = "5m", change = "1h"))]
    #[metric(alert(
        name = "NoWebSocketConnections",
        expr = "== 0",
        for = "5m",
        severity = "warning",
        summary = "Nobody is connected to {{ $labels.instance }}.",
    ))]
    #[metric(alert(
        name = "TooManyWebSocketConnections",
        expr = "> 1000",
        for = "5m",
        severity = "warning",
        summary = "{{ $value }} clients are connected to {{ $labels.instance }}.",
    ))]
    connections: Gauge,
    /// Messages received from clients.
    messages_received: Counter,
    /// Messages sent to clients.
    messages_sent: Counter,
    /// Messages that could not be received, handled or answered.
    message_errors: Counter,
    /// Bytes of messages received from clients.
    bytes_received: Counter,
    /// Bytes of messages sent to clients.
    bytes_sent: Counter,
    /// Time from a client's handshake until it is gone.
    #[metric(unit = "seconds", buckets = exponential(0.001, 4.0, 10))]
    connection_duration: Histogram,
    /// Time to handle one message.
    #[metric(unit = "seconds", buckets = exponential(0.00001, 4.0, 10))]
    message_processing_duration: Histogram,
    /// Messages being handled.
    concurrent_handlers: Gauge,
}

/// A client that says nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(30);

async fn connect(request: HttpRequest, body: web::Payload) -> actix_web::Result<HttpResponse> {
    let (response, session, messages) = actix_ws::handle(&request, body)?;
    rt::spawn(converse(session, messages));
    Ok(response)
}

/// One connection. However it ends, by close, reset, silence or panic, the gauge goes down again.
#[timed(Echo::connection_duration, in_flight = Echo::connections)]
async fn converse(mut session: Session, mut messages: MessageStream) {
    let echo = Echo::global();
    while let Ok(Some(message)) = rt::time::timeout(SILENCE, messages.recv()).await {
        let answered = match message {
            Ok(Message::Text(text)) => answer(&mut session, &text).await,
            Ok(Message::Ping(payload)) => session.pong(&payload).await.is_ok(),
            Ok(Message::Close(_)) => break,
            Ok(_) => true,
            Err(_) => {
                echo.message_errors.inc();
                break;
            }
        };
        if !answered {
            break;
        }
    }
    // the client may have gone without a word
    let _ = session.close(None).await;
}

/// Sends the message back; returns whether the client took it.
#[timed(Echo::message_processing_duration, in_flight = Echo::concurrent_handlers)]
async fn answer(session: &mut Session, text: &str) -> bool {
    let echo = Echo::global();
    echo.messages_received.inc();
    echo.bytes_received.inc_by(text.len() as u64);
    if text == "panic" {
        // what a bug in a handler would do, without the message of a panic
        std::panic::resume_unwind(Box::new("asked to"));
    }
    if session.text(text).await.is_err() {
        echo.message_errors.inc();
        return false;
    }
    echo.messages_sent.inc();
    echo.bytes_sent.inc_by(text.len() as u64);
    true
}

/// One client after the other: each connects, talks a little, and leaves in its own way.
async fn clients(url: String, load: Load) {
    while load.goes_on() {
        let Ok((mut client, _)) = tokio_tungstenite::connect_async(&url).await else {
            return;
        };
        for _ in 0..fastrand::u8(1..20) {
            let text = "echo ".repeat(fastrand::usize(1..20));
            let sent = client.send(tungstenite::Message::text(text)).await;
            // whoever leaves with echoes unread resets the connection
            let echoed = client.next().await;
            if sent.is_err() || !matches!(echoed, Some(Ok(_))) {
                break;
            }
            rt::time::sleep(Duration::from_millis(fastrand::u64(1..20))).await;
        }
        match fastrand::u8(..10) {
            0 => drop(client.send(tungstenite::Message::text("panic")).await),
            // no goodbye: the connection breaks
            1 => drop(client),
            _ => drop(client.close(None).await),
        }
    }
}

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,

    /// Address of the echo server
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9101")]
    echo: String,
}

/// As what and where it runs, for the dashboard, the rules and the manifests.
fn described(artifacts: Artifacts) -> Artifacts {
    artifacts
        .name("websocket_server")
        .port(9100)
        .target_label("service", "websocket")
        .target_label("env", "production")
        .target_down_alert("WebSocketMetricsDown")
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let exporter = Exporter::builder().artifacts(described).build()?;
    exporter.artifacts().cli();

    let Arguments { options, echo } = Arguments::parse();
    let metrics = Server::bind(options.listen("127.0.0.1:9100"))?;
    let metrics = metrics.exporter(exporter).spawn()?;
    let server = HttpServer::new(|| App::new().route("/", web::get().to(connect)))
        .workers(2)
        .disable_signals()
        .shutdown_timeout(1)
        .bind(&echo)
        .map_err(|source| Error::Bind {
            address: echo.clone(),
            source,
        })?;
    let url = format!("ws://{}/", server.addrs()[0]);
    println!("metrics   http://{}/metrics", metrics.address());
    println!("echo      {url}");

    let server = server.run();
    let handle = server.handle();
    let serving = rt::spawn(server);
    let load = options.load();
    for _ in 0..8 {
        rt::spawn(clients(url.clone(), load));
    }

    options.end().await?;
    handle.stop(true).await;
    serving.await??;
    metrics.stop()?;
    Ok(())
}
