//! Visitors who keep the pages busy.

use std::time::Duration;

use actix_web::rt;
use futures_util::{SinkExt, StreamExt};
use metrics_examples::Load;
use tokio_tungstenite::tungstenite::Message;

const NAMES: [&str; 6] = ["ada", "bea", "cem", "dan", "eve", "fay"];
const MESSAGES: [&str; 7] = [
    r#"{"type":"event","event":"click","value":"yes"}"#,
    r#"{"type":"event","event":"change","value":"ha"}"#,
    r#"{"type":"event","event":"submit","value":"thanks"}"#,
    r#"{"type":"event","event":"submit","value":"ha ha"}"#,
    // nothing to say
    r#"{"type":"event","event":"submit","value":""}"#,
    r#"{"type":"heartbeat"}"#,
    "not even JSON",
];

/// One visitor after the other: each opens a page, does something there, and leaves in their own way.
pub(crate) async fn visit(live: String, load: Load) {
    while load.goes_on() {
        // one in a while forgets to say who it is
        let name = fastrand::choice(NAMES).filter(|_| fastrand::u8(..10) > 0);
        let url = format!("{live}?visitor={}", name.unwrap_or_default());
        let Ok((browser, _)) = tokio_tungstenite::connect_async(&url).await else {
            pause(200).await;
            continue;
        };
        let (mut send, mut page) = browser.split();
        let reading = tokio::spawn(async move { while let Some(Ok(_)) = page.next().await {} });
        for _ in 0..fastrand::u8(5..30) {
            let message = fastrand::choice(MESSAGES).unwrap_or_default();
            if !load.goes_on() || send.send(Message::text(message)).await.is_err() {
                break;
            }
            pause(60).await;
        }
        if fastrand::u8(..4) > 0 {
            let _ = send.close().await;
        }
        // otherwise no goodbye: the connection breaks
        reading.abort();
    }
}

async fn pause(most_millis: u64) {
    rt::time::sleep(Duration::from_millis(fastrand::u64(..most_millis))).await;
}
