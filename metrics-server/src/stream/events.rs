//! Events of the application on their way to clients: one ring for an exporter, kept within bounds, and a feed for each client.
//! An event type is listened to while a client wants it. Who emits puts an event in and wakes one client, however many there
//! are; that one wakes the others.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics_core::{Event, Listening, MAX_EVENT_LEN, event_types, listen};
use tokio::sync::{Notify, watch};

use super::types::events_known;
use crate::own::{ByEventType, Own};

/// The most events that are kept for clients that have not taken them yet: at 100 a second, ten seconds.
const MAX_EVENTS: usize = 1024;

/// The most bytes of data that they may have together.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The most events that a client takes at once. They stay in memory until it has sent them, though the ring may have
/// dropped them.
const MAX_TAKEN: usize = 64;

/// The bytes of data after which it takes no more.
const MAX_TAKEN_BYTES: usize = 2 * MAX_EVENT_LEN;

/// The newest events that some client wants. A clone is the same ring.
#[derive(Clone)]
pub(crate) struct EventRing(Arc<Shared>);

struct Shared {
    /// Every linked type's name, once. Types are told by their index in here.
    names: Vec<&'static str>,
    kept: Mutex<Kept>,
    /// Wakes one of the clients that wait.
    herald: Notify,
    /// Wakes all of them.
    news: watch::Sender<()>,
}

struct Kept {
    events: VecDeque<Held>,
    /// How many were dropped before the first of `events`: its place among all that ever were.
    first: u64,
    bytes: usize,
    types: Vec<Type>,
}

struct Held {
    of: usize,
    /// How many of its type came before.
    nth: u64,
    event: Event,
}

/// What the ring knows of all events with one name.
#[derive(Default)]
struct Type {
    feeds: usize,
    listening: Option<Listening>,
    pushed: u64,
    dropped: u64,
}

impl EventRing {
    /// A ring that listens to nothing yet.
    pub(crate) fn new() -> Self {
        let names: Vec<_> = events_known().collect();
        let types = names.iter().map(|_| Type::default()).collect();
        Self(Arc::new(Shared {
            names,
            kept: Mutex::new(Kept {
                events: VecDeque::new(),
                first: 0,
                bytes: 0,
                types,
            }),
            herald: Notify::new(),
            news: watch::Sender::new(()),
        }))
    }

    /// The names of all types that there are, in order.
    #[cfg(test)]
    fn names(&self) -> &[&'static str] {
        &self.0.names
    }

    /// What happens from now on, of those types whose names `wants` tells.
    pub(crate) fn subscribe(&self, wants: impl Fn(&str) -> bool) -> EventFeed {
        let mut feed = EventFeed {
            ring: self.clone(),
            place: 0,
            seen: vec![None; self.0.names.len()],
            news: self.0.news.subscribe(),
        };
        feed.want(wants);
        feed
    }
}

impl Default for EventRing {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for EventRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventRing").field(&self.0.names).finish()
    }
}

impl Shared {
    /// On the thread that emits.
    fn push(&self, of: usize, event: &Event) {
        self.kept().push(of, event);
        self.herald.notify_one();
    }

    /// Listens to the type; there is a cycle from the ring to itself while somebody wants it, and no longer.
    fn listen(self: &Arc<Self>, of: usize) -> Listening {
        let shared = Arc::clone(self);
        let mut types = event_types();
        types.retain(|known| known.name() == self.names[of]);
        listen(types, Arc::new(move |event| shared.push(of, event)))
    }

    /// No code of users runs under this lock, and nobody waits for another lock but that of an event type, which is not
    /// held while an event is delivered.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn push(&mut self, of: usize, event: &Event) {
        let kind = &mut self.types[of];
        if kind.feeds == 0 {
            // it was on its way when the last client left
            return;
        }
        let nth = kind.pushed;
        kind.pushed += 1;
        self.bytes += event.data().len();
        let event = event.clone();
        self.events.push_back(Held { of, nth, event });
        while self.events.len() > MAX_EVENTS || self.bytes > MAX_BYTES {
            self.drop_first();
        }
    }

    fn drop_first(&mut self) {
        if let Some(held) = self.events.pop_front() {
            self.first += 1;
            self.bytes -= held.event.data().len();
            self.types[held.of].dropped += 1;
        }
    }
}

/// A client's way through the ring.
pub(crate) struct EventFeed {
    ring: EventRing,
    /// All before it was taken, or is not wanted.
    place: u64,
    /// For each type that is wanted, how many of it were before those that this client is still to have.
    seen: Vec<Option<u64>>,
    news: watch::Receiver<()>,
}

/// What a client is to be sent.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// In the order in which they happened, over all types.
    pub(crate) events: Vec<Event>,
    /// How many there were before them that the ring keeps no more.
    pub(crate) dropped: u64,
}

impl EventFeed {
    /// Wants other types from now on. Of a type that was wanted before, nothing is left out.
    pub(crate) fn want(&mut self, wants: impl Fn(&str) -> bool) {
        let shared = &self.ring.0;
        let mut kept = shared.kept();
        for (of, seen) in self.seen.iter_mut().enumerate() {
            let kind = &mut kept.types[of];
            match (*seen, wants(shared.names[of])) {
                (None, true) => {
                    *seen = Some(kind.pushed);
                    kind.feeds += 1;
                    if kind.listening.is_none() {
                        kind.listening = Some(shared.listen(of));
                    }
                }
                (Some(_), false) => {
                    *seen = None;
                    kind.feeds -= 1;
                    if kind.feeds == 0 {
                        // under the lock, so that who comes meanwhile does not listen beside it, and hear all twice
                        kind.listening = None;
                    }
                }
                (Some(_), true) | (None, false) => {}
            }
        }
        if kept.types.iter().all(|kind| kind.feeds == 0) {
            while !kept.events.is_empty() {
                kept.drop_first();
            }
            kept.events.shrink_to_fit();
        }
    }

    /// Waits until there is something to take. Nothing is lost if this is not waited for to its end.
    pub(crate) async fn ready(&mut self) {
        while !self.has_news() {
            let shared = &self.ring.0;
            tokio::select! {
                // who is woken and gone before it comes here, hands this on to the next
                () = shared.herald.notified() => {
                    shared.news.send_replace(());
                }
                // the ring is kept by this feed, so that there is always a sender
                _ = self.news.changed() => {}
            }
        }
    }

    fn has_news(&self) -> bool {
        let kept = self.ring.0.kept();
        let mut wanted = self.seen.iter().zip(&kept.types);
        wanted.any(|(seen, kind)| seen.is_some_and(|seen| seen < kind.pushed))
    }

    /// What has happened, some of it if it is much, without waiting.
    pub(crate) fn take(&mut self) -> Taken {
        let mut taken = Taken::default();
        let shared = Arc::clone(&self.ring.0);
        let kept = shared.kept();
        let lost = self.skip_dropped(&kept);
        let skipped = usize::try_from(self.place - kept.first).unwrap_or(usize::MAX);
        let mut bytes = 0;
        for held in kept.events.iter().skip(skipped) {
            if taken.events.len() == MAX_TAKEN || bytes >= MAX_TAKEN_BYTES {
                break;
            }
            self.place += 1;
            // a type that is wanted only since then begins later
            if let Some(seen) = self.seen[held.of]
                .as_mut()
                .filter(|seen| **seen <= held.nth)
            {
                *seen = held.nth + 1;
                bytes += held.event.data().len();
                taken.events.push(held.event.clone());
            }
        }
        drop(kept);
        for (name, count) in lost {
            taken.dropped += count;
            let by = ByEventType { r#type: name };
            Own::global().stream_events_dropped.with(by).inc_by(count);
        }
        taken
    }

    /// Goes on with the first that is kept, and tells how many of which type it missed.
    fn skip_dropped(&mut self, kept: &Kept) -> Vec<(&'static str, u64)> {
        self.place = self.place.max(kept.first);
        let names = &self.ring.0.names;
        let wanted = self.seen.iter_mut().zip(&kept.types).zip(names);
        let lost = wanted.filter_map(|((seen, kind), name)| {
            let seen = seen.as_mut()?;
            let count = kind.dropped.saturating_sub(*seen);
            *seen += count;
            (count > 0).then_some((*name, count))
        });
        lost.collect()
    }
}

impl Drop for EventFeed {
    fn drop(&mut self) {
        self.want(|_| false);
    }
}

impl fmt::Debug for EventFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventFeed")
            .field("place", &self.place)
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
