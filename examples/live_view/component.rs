//! Components: the parts of a page, which answer events and render themselves.

use std::sync::Arc;

use crate::database::{Database, DatabaseError};
use crate::metrics::EventType;
use crate::pubsub::{Bus, News};

/// What a visitor has done.
pub(crate) struct Event {
    pub(crate) visitor: String,
    pub(crate) r#type: EventType,
    pub(crate) value: String,
}

/// Why an event changes nothing.
pub(crate) struct Refused;

impl From<DatabaseError> for Refused {
    fn from(_: DatabaseError) -> Self {
        Self
    }
}

/// What components live in.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) database: Arc<Database>,
    pub(crate) bus: Bus,
}

/// The components of a page.
pub(crate) enum Component {
    Votes { total: u64 },
    Chat { messages: Vec<String> },
    Search { query: String, found: usize },
}

const CHAT_MESSAGES: usize = 5;

impl Component {
    /// The components of a new page.
    pub(crate) fn all() -> Vec<Self> {
        vec![
            Self::Votes { total: 0 },
            Self::Chat {
                messages: Vec::new(),
            },
            Self::Search {
                query: String::new(),
                found: 0,
            },
        ]
    }

    /// Answers an event, if it is one for this component.
    pub(crate) async fn handle(
        &mut self,
        event: &Event,
        around: &Surroundings,
    ) -> Result<(), Refused> {
        match (self, event.r#type) {
            (Self::Votes { .. }, EventType::Click) => {
                let total = around.database.vote().await?;
                around.bus.publish(News::Voted { total });
            }
            (Self::Chat { .. }, EventType::Submit) if event.value.is_empty() => {
                return Err(Refused);
            }
            (Self::Chat { .. }, EventType::Submit) => {
                let message = format!("{}: {}", event.visitor, event.value);
                around.database.keep(&message).await?;
                around.bus.publish(News::Said { message });
            }
            (Self::Search { query, found }, EventType::Change) => {
                *found = around.database.count(&event.value).await?;
                query.clone_from(&event.value);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes note of what happened on any page, this one included.
    pub(crate) fn notice(&mut self, news: &News) {
        match (self, news) {
            (Self::Votes { total }, News::Voted { total: now }) => *total = *now,
            (Self::Chat { messages }, News::Said { message }) => {
                messages.push(message.clone());
                let old = messages.len().saturating_sub(CHAT_MESSAGES);
                messages.drain(..old);
            }
            _ => {}
        }
    }

    /// Where it is in the page, and its HTML.
    pub(crate) fn render(&self) -> (&'static str, String) {
        match self {
            Self::Votes { total } => ("votes", format!("<b>{total}</b> votes")),
            Self::Chat { messages } => {
                let lines = messages
                    .iter()
                    .map(|message| format!("<li>{}", escape(message)));
                ("chat", lines.collect())
            }
            Self::Search { query, found } => (
                "search",
                format!("{found} messages with <i>{}</i>", escape(query)),
            ),
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
