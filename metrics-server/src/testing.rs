//! The stream's WebSocket connection with an echo behind it, for this project's own tests of how it keeps the WebSocket
//! protocol. Nothing here is a promise to anybody.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, rt, web};

use crate::stream::socket::{End, Heard, Limits, Socket, accept};

/// Sends each message back, within limits so wide that what breaks them is broken. The subprotocol is `echo`.
///
/// # Errors
///
/// As every handshake: a request that is none.
pub async fn echo(request: HttpRequest, payload: web::Payload) -> actix_web::Result<HttpResponse> {
    const WIDE: Limits = Limits {
        message_len: 16 * 1024 * 1024,
        frames_a_message: 1_000_000,
        messages_a_second: 1_000_000,
        ..Limits::STREAM
    };
    answer(&request, payload, &WIDE)
}

/// As [`echo`], for one who is asked soon whether he is there, within limits that are the stream's else.
///
/// # Errors
///
/// As [`echo`].
pub async fn impatient_echo(
    request: HttpRequest,
    payload: web::Payload,
) -> actix_web::Result<HttpResponse> {
    const IMPATIENT: Limits = Limits {
        ping_after: Duration::from_millis(100),
        pong_within: Duration::from_millis(500),
        ..Limits::STREAM
    };
    answer(&request, payload, &IMPATIENT)
}

fn answer(
    request: &HttpRequest,
    payload: web::Payload,
    limits: &'static Limits,
) -> actix_web::Result<HttpResponse> {
    let (response, mut socket) = accept(request, payload, &["echo"], limits, ())?;
    rt::spawn(async move {
        let mut result = Ok(());
        while result.is_ok() {
            result = send_back(&mut socket).await;
        }
        if let Err(end) = result {
            socket.close(end);
        }
    });
    Ok(response)
}

async fn send_back(socket: &mut Socket) -> Result<(), End> {
    match socket.recv().await? {
        Heard::Text(text) => socket.send(text).await,
        Heard::Binary(bytes) => socket.send_binary(bytes).await,
    }
}

/// A query with which each handler panics, and what a client of the stream says to have its session panic.
pub const PANICS: &str = "panics-as-a-test-asks";

static PANICKED: AtomicU64 = AtomicU64::new(0);

/// How often a handler was asked to panic.
pub fn panics() -> u64 {
    PANICKED.load(Relaxed)
}

/// Panics, if the request asks for it.
pub(crate) fn panic_if_asked(request: &HttpRequest) {
    if request.query_string() == PANICS {
        PANICKED.fetch_add(1, Relaxed);
        panic!("{PANICS}");
    }
}

/// Panics, if the client of the stream says so.
pub(crate) fn panic_if_told(heard: &Heard) {
    if matches!(heard, Heard::Text(text) if text == PANICS) {
        PANICKED.fetch_add(1, Relaxed);
        panic!("{PANICS}");
    }
}

/// The key of a query that says after how many bytes the answer can no longer be written.
pub const FAILS_AFTER: &str = "fails-as-a-test-asks-after";

/// How many bytes can be written, if the query says so.
pub(crate) fn fails_after(pairs: &[(String, String)]) -> Option<usize> {
    let (_, bytes) = pairs.iter().find(|(key, _)| key == FAILS_AFTER)?;
    bytes.parse().ok()
}
