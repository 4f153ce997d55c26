//! One client's way through the ticks of its group: a state to begin with, and from there what has changed.
//! The session sends what this says; nothing here talks to anybody.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::group::{Delta, Feed, GroupTick, Joined, Wants};
use super::sampler::Sampler;
use super::subscription::Subscription;
use super::types::Types;

/// What a client is told of values.
pub(super) struct Values {
    feed: Feed,
    stage: Stage,
    wants: Wants,
    /// Whether it is sent the state that it begins with.
    told: bool,
}

enum Stage {
    /// It waits for a state to begin with.
    Joining(oneshot::Receiver<Joined>),
    /// It was paused while it waited, and asks again when it goes on.
    Paused,
    /// It knows everything up to a tick.
    At(u64),
}

/// What has come for a client.
pub(super) enum News {
    /// A state to begin with; the sampler drops the answer where it has none.
    Begin(Result<Joined, oneshot::error::RecvError>),
    Tick(Arc<GroupTick>),
}

/// What it is to be sent at a tick.
pub(super) enum Told<'t> {
    Frames {
        delta: Option<&'t str>,
        performance: Option<&'t str>,
    },
    /// It has missed too much, and begins again.
    Resync,
}

impl Values {
    /// Takes part in the ticks for this subscription, if it is of values at all.
    pub(super) fn join(sampler: &Sampler, wanted: &Subscription) -> Option<Self> {
        if !wanted.types.has_values() {
            return None;
        }
        let wants = wants(&wanted.types);
        let told = wanted.types.snapshot;
        let (feed, joined) = sampler.join(&wanted.filter, wanted.interval, wants, told);
        Some(Self {
            feed,
            stage: Stage::Joining(joined),
            wants,
            told,
        })
    }

    /// What comes next. Nothing is lost when the future is dropped.
    pub(super) async fn next(&mut self) -> News {
        match &mut self.stage {
            Stage::Joining(joined) => News::Begin(joined.await),
            Stage::At(_) => News::Tick(self.feed.tick().await),
            Stage::Paused => std::future::pending().await,
        }
    }

    /// The client has been told of the state at this tick.
    pub(super) fn begun(&mut self, tick: u64) {
        self.stage = Stage::At(tick);
        if self.wants.delta && !self.feed.is_at(tick) {
            // others of the group stand elsewhere
            self.feed.catch_up(tick);
        }
    }

    /// Whether it waits for no state to begin with.
    pub(super) fn has_begun(&self) -> bool {
        matches!(self.stage, Stage::At(_))
    }

    /// Waits for another state to begin with.
    pub(super) fn begin_again(&mut self) {
        self.told = true;
        self.stage = Stage::Joining(self.feed.begin_again(true));
    }

    /// What the client is to be sent at a tick, and stands at it from now on. Who has missed ticks waits for the next, at
    /// which there is one delta of all that it has missed.
    pub(super) fn told<'t>(&mut self, tick: &'t GroupTick) -> Told<'t> {
        let nothing = Told::Frames {
            delta: None,
            performance: None,
        };
        let Stage::At(since) = self.stage else {
            return nothing;
        };
        let delta = if tick.number <= since || !self.wants.delta {
            None
        } else {
            match tick.delta(since) {
                Some(Delta::Nothing) => None,
                Some(Delta::Text(text)) => Some(text.as_str()),
                Some(Delta::Forgotten) => return Told::Resync,
                None => {
                    self.feed.catch_up(since);
                    return nothing;
                }
            }
        };
        self.stage = Stage::At(since.max(tick.number));
        let performance = tick.performance.as_deref();
        Told::Frames {
            delta,
            performance: performance.filter(|_| self.wants.performance && tick.number >= since),
        }
    }

    /// Some types are not wanted any more; `None` if nothing is left to wait for.
    pub(super) fn narrow(mut self, types: &Types) -> Option<Self> {
        self.wants = wants(types);
        self.feed.want(self.wants);
        let waits = !self.has_begun() && types.snapshot;
        (self.goes_on() || waits).then_some(self)
    }

    /// Whether anything comes after the state to begin with.
    pub(super) fn goes_on(&self) -> bool {
        self.wants.delta || self.wants.performance
    }

    /// Nothing is encoded for the client until it resumes.
    pub(super) fn pause(&mut self) {
        let nothing = Wants {
            delta: false,
            performance: false,
        };
        self.feed.want(nothing);
        if let Stage::Joining(_) = self.stage {
            // a state that waits to be sent would be kept in memory
            self.stage = Stage::Paused;
        }
    }

    /// At the next tick it is told what has changed meanwhile.
    pub(super) fn resume(&mut self) {
        self.feed.want(self.wants);
        // what is told of a tick of the pause is not of all of it
        self.feed.skip();
        match self.stage {
            Stage::At(since) => self.feed.catch_up(since),
            Stage::Paused => self.stage = Stage::Joining(self.feed.begin_again(self.told)),
            Stage::Joining(_) => {}
        }
    }
}

fn wants(types: &Types) -> Wants {
    Wants {
        delta: types.delta,
        performance: types.performance,
    }
}

#[cfg(test)]
mod tests;
