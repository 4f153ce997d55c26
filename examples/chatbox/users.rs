//! Users and an administrator who keep the chat box busy.

use std::time::Duration;

use actix_web::rt;
use futures_util::{SinkExt, StreamExt};
use metrics_examples::Load;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Connection = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// One user after the other: each comes, talks for some sessions, and leaves in their own way.
pub(crate) async fn chat(url: String, load: Load) {
    while load.goes_on() {
        let Ok((mut connection, _)) = tokio_tungstenite::connect_async(&url).await else {
            return;
        };
        for _ in 0..fastrand::u8(1..4) {
            if load.goes_on() && talk(&mut connection).await.is_none() {
                break;
            }
        }
        match fastrand::u8(..4) {
            // no goodbye: the connection breaks
            0 => drop(connection),
            _ => drop(connection.close(None).await),
        }
        pause(50).await;
    }
}

/// Some messages with their answers, and a new session; none if the user has enough.
async fn talk(connection: &mut Connection) -> Option<()> {
    for _ in 0..fastrand::u8(1..6) {
        let message = Message::text("how are you");
        connection.send(message).await.ok()?;
        while !connection.next().await?.ok()?.is_empty() {
            // some do not listen to the end
            if fastrand::u16(..1000) == 0 {
                return None;
            }
        }
        pause(30).await;
    }
    connection.send(Message::text("/new")).await.ok()
}

/// Takes over a session now and then.
pub(crate) async fn administrate(base: String, load: Load) {
    let client = awc::Client::default();
    while load.goes_on() {
        pause(400).await;
        let Ok(mut sessions) = client.get(format!("{base}/sessions")).send().await else {
            return;
        };
        let ids: Vec<u64> = sessions.json().await.unwrap_or_default();
        if let Some(id) = fastrand::choice(ids) {
            let takeover = client.post(format!("{base}/sessions/{id}/takeover"));
            // the session may have ended meanwhile
            let _ = takeover.send().await;
        }
    }
}

async fn pause(most_millis: u64) {
    rt::time::sleep(Duration::from_millis(fastrand::u64(..most_millis))).await;
}
