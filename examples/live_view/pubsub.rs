//! News that every page hears of.

use tokio::sync::broadcast;

use crate::metrics::LiveView;

#[derive(Clone)]
pub(crate) enum News {
    Voted { total: u64 },
    Said { message: String },
    Present { visitors: usize },
}

/// A page that falls this far behind misses some.
const BACKLOG: usize = 64;

#[derive(Clone)]
pub(crate) struct Bus(broadcast::Sender<News>);

impl Bus {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }

    pub(crate) fn publish(&self, news: News) {
        LiveView::global().pubsub_messages.inc();
        // nobody may be there to hear it
        let _ = self.0.send(news);
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<News> {
        self.0.subscribe()
    }
}
