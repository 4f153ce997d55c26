//! Users on WebSockets. Every text is a message to answer; `/new` ends the session and begins another.
//! An answer comes in as many texts as it has tokens, and an empty one after them.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, rt, web};
use actix_ws::{Message, MessageStream, Session};

use crate::answer::{Unanswered, answer};
use crate::metrics::Chatbox;
use crate::provider::{Provider, Providers};
use crate::sessions::{ChatSession, Sessions};

/// A user who says nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(60);

pub(crate) async fn connect(
    request: HttpRequest,
    body: web::Payload,
    providers: web::Data<Providers>,
    sessions: web::Data<Sessions>,
) -> actix_web::Result<HttpResponse> {
    let (response, user, messages) = actix_ws::handle(&request, body)?;
    rt::spawn(converse(user, messages, providers, sessions));
    Ok(response)
}

/// One connection. The guards count it off, however it ends.
async fn converse(
    mut user: Session,
    mut messages: MessageStream,
    providers: web::Data<Providers>,
    sessions: web::Data<Sessions>,
) {
    let _connected = Chatbox::global().websocket_connections_total.inc_guard();
    let preferred = fastrand::choice(Provider::ALL).unwrap_or(Provider::OpenAi);
    let mut session = Sessions::begin(&sessions);
    while let Ok(Some(Ok(message))) = rt::time::timeout(SILENCE, messages.recv()).await {
        let kept = match message {
            Message::Text(text) if text == "/new" => {
                session = Sessions::begin(&sessions);
                true
            }
            Message::Text(text) => reply(&providers, preferred, &session, &mut user, &text).await,
            Message::Ping(payload) => user.pong(&payload).await.is_ok(),
            Message::Close(_) => false,
            _ => true,
        };
        if !kept {
            break;
        }
    }
    drop(session);
    // the user may have gone without a word
    let _ = user.close(None).await;
}

/// Answers a message; returns whether the user is still there.
async fn reply(
    providers: &Providers,
    preferred: Provider,
    session: &ChatSession,
    user: &mut Session,
    message: &str,
) -> bool {
    let chatbox = Chatbox::global();
    chatbox.messages_received.inc();
    let answered = if session.is_taken_over() {
        answer_in_person(user).await
    } else {
        answer(providers, preferred, message, user).await
    };
    match answered {
        Ok(()) => chatbox.messages_sent.inc(),
        Err(_) => chatbox.message_errors.inc(),
    }
    let left = matches!(answered, Err(Unanswered::Left));
    !left && user.text("").await.is_ok()
}

async fn answer_in_person(user: &mut Session) -> Result<(), Unanswered> {
    rt::time::sleep(Duration::from_millis(fastrand::u64(20..60))).await;
    Ok(user.text("a person is with you now").await?)
}
