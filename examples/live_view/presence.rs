//! Who is here: a visitor is present while any page of theirs is open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::metrics::LiveView;
use crate::pubsub::{Bus, News};

#[derive(Clone)]
pub(crate) struct Presence {
    /// How many pages each visitor has open.
    pages: Arc<Mutex<HashMap<String, usize>>>,
    bus: Bus,
}

impl Presence {
    pub(crate) fn new(bus: Bus) -> Self {
        Self {
            pages: Arc::default(),
            bus,
        }
    }

    /// The visitor has one more page open, for as long as what this returns is kept.
    pub(crate) fn enter(&self, visitor: &str) -> Present {
        self.change(|pages| *pages.entry(visitor.to_owned()).or_default() += 1);
        Present {
            presence: self.clone(),
            visitor: visitor.to_owned(),
        }
    }

    fn leave(&self, visitor: &str) {
        self.change(|pages| {
            if let Some(count) = pages.get_mut(visitor) {
                *count -= 1;
            }
            pages.retain(|_, count| *count > 0);
        });
    }

    fn change(&self, change: impl FnOnce(&mut HashMap<String, usize>)) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut pages);
        let visitors = pages.len();
        // under the lock, so that the last to set it is the last to have changed it
        LiveView::global().presence_count.set(visitors as i64);
        drop(pages);
        self.bus.publish(News::Present { visitors });
    }
}

/// A page that a visitor has open.
pub(crate) struct Present {
    presence: Presence,
    visitor: String,
}

impl Drop for Present {
    fn drop(&mut self) {
        self.presence.leave(&self.visitor);
    }
}
