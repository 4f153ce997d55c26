//! A client's part in its group: what it asks for, the ticks that it is given, and its leaving.

use std::sync::Arc;

use tokio::sync::{oneshot, watch};

use super::{Group, GroupTick, Joined, Joining, Wants};
use crate::stream::sampler::{Sampler, lock};

/// A client's part in a group, for as long as it is kept.
pub(in crate::stream) struct Feed {
    sampler: Sampler,
    group: Arc<Group>,
    wants: Wants,
    /// The tick from which it last asked for a delta of its own.
    behind: Option<u64>,
    ticks: watch::Receiver<Arc<GroupTick>>,
}

impl Feed {
    /// One more client of a group. It asks for a state to begin with, of a walk that begins after this; `told` is whether
    /// it is to be sent that.
    pub(in crate::stream) fn new(
        sampler: Sampler,
        group: Arc<Group>,
        wants: Wants,
        told: bool,
    ) -> (Self, oneshot::Receiver<Joined>) {
        let mut wishes = lock(&group.wishes);
        wishes.clients += 1;
        wishes.add(wants);
        drop(wishes);
        let feed = Self {
            ticks: group.ticks.subscribe(),
            sampler,
            group,
            wants,
            behind: None,
        };
        let joined = feed.ask(told);
        (feed, joined)
    }

    /// Begins again with a state of a walk that begins after this.
    pub(in crate::stream) fn begin_again(&self, told: bool) -> oneshot::Receiver<Joined> {
        let joined = self.ask(told);
        self.sampler.wake();
        joined
    }

    fn ask(&self, told: bool) -> oneshot::Receiver<Joined> {
        let (answer, joined) = oneshot::channel();
        let joining = Joining { told, answer };
        lock(&self.group.wishes).joining.push(joining);
        joined
    }

    /// The next tick of the group that this has not given yet; if there were several, the newest. Nothing is lost when the
    /// future is dropped.
    pub(in crate::stream) async fn tick(&mut self) -> Arc<GroupTick> {
        if self.ticks.changed().await.is_err() {
            // not while this holds the group
            std::future::pending::<()>().await;
        }
        Arc::clone(&self.ticks.borrow_and_update())
    }

    /// Passes over the ticks that there have been.
    pub(in crate::stream) fn skip(&mut self) {
        self.ticks.mark_unchanged();
    }

    /// Whether the group's clients have been told of this tick as their newest, so that who stands at it is among them.
    pub(in crate::stream) fn is_at(&self, tick: u64) -> bool {
        self.ticks.borrow().number == tick
    }

    /// At its next tick the group has a delta for who stands at the tick `since`, if this is still there then.
    pub(in crate::stream) fn catch_up(&mut self, since: u64) {
        let mut wishes = lock(&self.group.wishes);
        wishes.forget(self.behind.replace(since));
        *wishes.behind.entry(since).or_default() += 1;
    }

    /// For how many ticks there are to be deltas of their own.
    #[cfg(test)]
    pub(in crate::stream) fn waiting(&self) -> usize {
        lock(&self.group.wishes).behind.len()
    }

    /// Wants something else from now on.
    pub(in crate::stream) fn want(&mut self, wants: Wants) {
        let mut wishes = lock(&self.group.wishes);
        wishes.remove(self.wants);
        wishes.add(wants);
        self.wants = wants;
        if !wants.delta {
            wishes.forget(self.behind.take());
        }
    }

    /// The group, if this was its last client.
    pub(in crate::stream) fn leave(&self) -> Option<&Arc<Group>> {
        let mut wishes = lock(&self.group.wishes);
        wishes.remove(self.wants);
        // who comes and goes leaves nothing to encode
        wishes.forget(self.behind);
        wishes.clients -= 1;
        (wishes.clients == 0).then_some(&self.group)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.sampler.leave(self);
    }
}
