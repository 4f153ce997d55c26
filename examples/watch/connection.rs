//! A connection to the stream that comes back: what it hears it tells, in order, to whoever shows it.
//! It waits and reconnects as the protocol asks of clients.

use std::time::Duration;

use actix_web::rt::time::{sleep, timeout};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::frame::Frame;

const SHORTEST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// The server says something every 15 seconds; after twice as long it is gone.
const SILENCE: Duration = Duration::from_secs(30);

/// From here to 4999 a close code asks not to come back.
const DO_NOT_RECONNECT: u16 = 4500;

/// What has become of the connection, or what came over it.
#[derive(Debug)]
pub(crate) enum News {
    Connecting,
    Frame(Frame),
    /// It is lost, and will be tried again.
    Lost {
        why: String,
        wait: Duration,
    },
    /// There is no use in trying again.
    Refused(String),
}

/// Why a connection ended.
enum End {
    Lost(String),
    Refused(String),
    /// Nobody listens any more.
    Unheard,
}

impl From<mpsc::error::SendError<News>> for End {
    fn from(_: mpsc::error::SendError<News>) -> Self {
        Self::Unheard
    }
}

/// Follows the stream at `url` until it refuses or nobody listens; pauses it while `paused`.
pub(crate) async fn follow(
    url: String,
    mut paused: watch::Receiver<bool>,
    tell: mpsc::Sender<News>,
) {
    let mut wait = SHORTEST_WAIT;
    loop {
        let mut heard = false;
        let end = match listen(&url, &mut paused, &tell, &mut heard).await {
            Ok(never) => match never {},
            Err(end) => end,
        };
        if heard {
            wait = SHORTEST_WAIT;
        }
        // with jitter, so that not all clients of a server come back at once
        let jittered = wait.mul_f64(0.5 + fastrand::f64());
        let told = match end {
            End::Unheard => return,
            End::Refused(why) => {
                let _ = tell.send(News::Refused(why)).await;
                return;
            }
            End::Lost(why) => {
                tell.send(News::Lost {
                    why,
                    wait: jittered,
                })
                .await
            }
        };
        if told.is_err() {
            return;
        }
        sleep(jittered).await;
        wait = LONGEST_WAIT.min(2 * wait);
    }
}

/// One connection, until its end.
async fn listen(
    url: &str,
    paused: &mut watch::Receiver<bool>,
    tell: &mpsc::Sender<News>,
    heard: &mut bool,
) -> Result<std::convert::Infallible, End> {
    tell.send(News::Connecting).await?;
    let connected = timeout(SILENCE, connect_async(url)).await;
    let (mut socket, _) = connected
        .map_err(|_| End::Lost("no answer".to_owned()))?
        .map_err(|error| refused(&error))?;
    let mut expected = 0;
    // the server knows of no pause yet; before the snapshot there would be nothing to show
    let mut said_paused = false;
    let mut complete = false;
    loop {
        if complete && *paused.borrow_and_update() != said_paused {
            said_paused = !said_paused;
            let op = if said_paused { "pause" } else { "resume" };
            let request = serde_json::json!({ "op": op }).to_string();
            let said = socket.send(Message::text(request)).await;
            said.map_err(|error| End::Lost(error.to_string()))?;
        }
        let message = tokio::select! {
            message = timeout(SILENCE, socket.next()) => message,
            changed = paused.changed() => match changed {
                Ok(()) => continue,
                Err(_) => return Err(End::Unheard),
            },
        };
        let message = message
            .map_err(|_| End::Lost(format!("nothing heard for {} s", SILENCE.as_secs())))?
            .ok_or_else(|| End::Lost("the connection broke".to_owned()))?
            .map_err(|error| End::Lost(error.to_string()))?;
        let text = match message {
            Message::Text(text) => text,
            Message::Close(frame) => return Err(closed(frame.as_ref())),
            _ => continue,
        };
        let frame: Frame =
            serde_json::from_str(&text).map_err(|error| End::Lost(format!("no frame: {error}")))?;
        if frame.seq != expected {
            return Err(End::Lost(format!(
                "frame {} instead of {expected}",
                frame.seq
            )));
        }
        expected += 1;
        *heard = true;
        complete |= frame.kind == "metrics:snapshot" && frame.data["last"] == true;
        tell.send(News::Frame(frame)).await?;
    }
}

/// What a handshake that failed means: a mistake in what was asked for stays one.
fn refused(error: &tungstenite::Error) -> End {
    let tungstenite::Error::Http(response) = error else {
        return End::Lost(error.to_string());
    };
    let status = response.status();
    let body = response.body().as_deref().unwrap_or_default();
    let sentence = String::from_utf8_lossy(body).trim().to_owned();
    if status.is_client_error() {
        End::Refused(if sentence.is_empty() {
            format!("there is no stream: {status}")
        } else {
            sentence
        })
    } else {
        End::Lost(if sentence.is_empty() {
            status.to_string()
        } else {
            sentence
        })
    }
}

fn closed(frame: Option<&CloseFrame>) -> End {
    let Some(frame) = frame else {
        return End::Lost("closed by the server".to_owned());
    };
    let code = u16::from(frame.code);
    let why = match frame.reason.as_str() {
        "" => format!("closed with {code}"),
        reason => format!("{reason} ({code})"),
    };
    if code >= DO_NOT_RECONNECT {
        End::Refused(why)
    } else {
        End::Lost(why)
    }
}
