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

    /// At its next tick the group has a delta for who stands at the tick `since`.
    pub(in crate::stream) fn catch_up(&self, since: u64) {
        lock(&self.group.wishes).behind.insert(since);
    }

    /// Wants something else from now on.
    pub(in crate::stream) fn want(&mut self, wants: Wants) {
        let mut wishes = lock(&self.group.wishes);
        wishes.remove(self.wants);
        wishes.add(wants);
        self.wants = wants;
    }

    /// The group, if this was its last client.
    pub(in crate::stream) fn leave(&self) -> Option<&Arc<Group>> {
        let mut wishes = lock(&self.group.wishes);
        wishes.remove(self.wants);
        wishes.clients -= 1;
        (wishes.clients == 0).then_some(&self.group)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.sampler.leave(self);
    }
}
