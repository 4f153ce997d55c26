//! A browser on a WebSocket: it is sent its page once, and then only what changes of it.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, rt, web};
use actix_ws::{Closed, Message, MessageStream, Session};
use rt::time::Instant;
use serde::{Deserialize, Serialize};

use crate::component::Event;
use crate::diff::Slots;
use crate::framework::Framework;
use crate::metrics::{
    ByError, ByMessage, ByStatus, Direction, ErrorType, EventType, LiveView, MessageType, Status,
};
use crate::page::Page;

/// A browser that says nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum FromBrowser {
    Event { event: EventType, value: String },
    Heartbeat,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ToBrowser<'a> {
    Render { slots: &'a Slots },
    Diff { slots: &'a Slots },
    Heartbeat,
    Error { message: &'a str },
}

impl ToBrowser<'_> {
    fn message_type(&self) -> MessageType {
        match self {
            Self::Render { .. } => MessageType::Render,
            Self::Diff { .. } => MessageType::Diff,
            Self::Heartbeat => MessageType::Heartbeat,
            Self::Error { .. } => MessageType::Error,
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Join {
    visitor: String,
}

/// `GET /live?visitor=NAME`
pub(crate) async fn connect(
    request: HttpRequest,
    body: web::Payload,
    join: web::Query<Join>,
    framework: web::Data<Framework>,
) -> actix_web::Result<HttpResponse> {
    let visitor = join.into_inner().visitor;
    let connections = &LiveView::global().connections;
    if visitor.is_empty() {
        let status = Status::Rejected;
        connections.with(ByStatus { status }).inc();
        return Ok(HttpResponse::BadRequest().body("visitors have names\n"));
    }
    let (response, session, messages) = actix_ws::handle(&request, body)?;
    let status = Status::Accepted;
    connections.with(ByStatus { status }).inc();
    rt::spawn(async move {
        let mut browser = Browser(session);
        if live(&visitor, &mut browser, messages, &framework)
            .await
            .is_err()
        {
            count_error(ErrorType::Send);
        }
        // the browser may have gone without a word
        let _ = browser.0.close(None).await;
    });
    Ok(response)
}

/// Keeps a page up to date until its browser leaves.
async fn live(
    visitor: &str,
    browser: &mut Browser,
    mut messages: MessageStream,
    framework: &Framework,
) -> Result<(), Closed> {
    let _active = LiveView::global().active_connections.inc_guard();
    let mut news = framework.around.bus.subscribe();
    let _present = framework.presence.enter(visitor);
    let mut page = Page::mount();
    let slots = page.rendered();
    browser.send(&ToBrowser::Render { slots }).await?;
    let mut gone_by = Instant::now() + SILENCE;
    loop {
        tokio::select! {
            message = messages.recv() => {
                gone_by = Instant::now() + SILENCE;
                match message {
                    Some(Ok(Message::Text(text))) => {
                        receive(&text, visitor, &mut page, browser, framework).await?;
                    }
                    Some(Ok(Message::Ping(payload))) => browser.0.pong(&payload).await?,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
                    Some(Ok(_)) => {}
                }
            }
            // whoever lags misses some
            heard = news.recv() => if let Ok(heard) = heard {
                page.notice(&heard);
            },
            () = rt::time::sleep_until(gone_by) => return Ok(()),
        }
        while let Ok(heard) = news.try_recv() {
            page.notice(&heard);
        }
        let slots = &page.update();
        if !slots.is_empty() {
            browser.send(&ToBrowser::Diff { slots }).await?;
        }
    }
}

/// Takes a message in, and says what is wrong with it, if anything is.
async fn receive(
    text: &str,
    visitor: &str,
    page: &mut Page,
    browser: &mut Browser,
    framework: &Framework,
) -> Result<(), Closed> {
    let Ok(message) = serde_json::from_str(text) else {
        count_error(ErrorType::Decode);
        let message = "this is no message";
        return browser.send(&ToBrowser::Error { message }).await;
    };
    match message {
        FromBrowser::Heartbeat => {
            count_message(Direction::In, MessageType::Heartbeat, text);
            browser.send(&ToBrowser::Heartbeat).await
        }
        FromBrowser::Event { event, value } => {
            count_message(Direction::In, MessageType::Event, text);
            let event = Event {
                visitor: visitor.to_owned(),
                r#type: event,
                value,
            };
            framework.application.handle(&event);
            framework.plugins.handle(&event);
            if page.handle(&event, &framework.around).await.is_ok() {
                return Ok(());
            }
            count_error(ErrorType::Event);
            let message = "that did not work";
            browser.send(&ToBrowser::Error { message }).await
        }
    }
}

struct Browser(Session);

impl Browser {
    async fn send(&mut self, message: &ToBrowser<'_>) -> Result<(), Closed> {
        let text = serde_json::to_string(message).unwrap_or_default();
        count_message(Direction::Out, message.message_type(), &text);
        self.0.text(text).await
    }
}

fn count_message(direction: Direction, r#type: MessageType, text: &str) {
    let live_view = LiveView::global();
    live_view
        .messages
        .with(ByMessage { direction, r#type })
        .inc();
    live_view.message_size.observe(text.len() as u64);
}

fn count_error(r#type: ErrorType) {
    LiveView::global().errors.with(ByError { r#type }).inc();
}
