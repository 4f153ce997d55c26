//! What is counted: a family of every kind, labels that stay and labels that come and go, and a family that is larger than
//! what sockets hold.

use std::task::Poll;

use metrics_core::{
    Counter, Gauge, Histogram, Info, Label, LabelSet, MetricSet, Outcome, StateSet, StreamEvent,
    timed,
};
use serde::Serialize;

#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, PartialOrd, Ord, Label)]
pub(crate) enum Route {
    Home,
    Search,
    Cart,
    Pay,
}

impl Route {
    pub(super) const ALL: [Self; 4] = [Self::Home, Self::Search, Self::Cart, Self::Pay];
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(super) struct ByRoute {
    pub(super) route: Route,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(super) struct ByEnd {
    pub(super) route: Route,
    pub(super) failed: bool,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(super) struct ByOutcome {
    pub(super) outcome: Outcome,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(super) struct ByCustomer {
    #[label(open, max = 100)]
    pub(super) customer: usize,
}

/// How many customers there are: twice as many as have a series of their own.
pub(super) const CUSTOMERS: usize = 200;

/// So many are told apart.
pub(super) const KNOWN_CUSTOMERS: usize = 100;

#[derive(Clone, Copy, Debug, LabelSet)]
pub(super) struct BySession {
    #[label(open, max = 10_000)]
    pub(super) session: u64,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(super) struct ByUpdater {
    #[label(open, max = 10)]
    pub(super) updater: usize,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(super) struct ByVersion<'a> {
    #[label(open, max = 10)]
    pub(super) version: &'a str,
}

#[derive(Clone, Copy, Debug, Label)]
pub(super) enum Mood {
    Calm,
    Busy,
}

/// What is under load.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "soak")]
pub(super) struct Soak {
    /// Requests by route and end.
    pub(super) requests: Counter<ByEnd>,
    /// Requests in a second of the last ten.
    #[metric(rate_of = requests, window = "10s")]
    pub(super) request_rate: Gauge<(), f64>,
    /// Energy spent.
    #[metric(unit = "joules")]
    pub(super) energy: Counter<(), f64>,
    /// What waits.
    pub(super) depth: Gauge,
    /// What is stored, by route.
    #[metric(unit = "bytes")]
    pub(super) stored: Gauge<ByRoute, f64>,
    /// The newest round of each updater.
    pub(super) rounds: Gauge<ByUpdater>,
    /// Sizes in classic buckets.
    #[metric(unit = "bytes", buckets = [1, 8, 64, 512])]
    pub(super) size: Histogram<ByRoute, u64>,
    /// Times in classic buckets.
    #[metric(unit = "seconds", buckets = [0.125, 1.0, 8.0, 64.0])]
    pub(super) wait: Histogram<ByRoute>,
    /// Times in native buckets.
    #[metric(unit = "seconds", native)]
    pub(super) native: Histogram<ByRoute>,
    /// Times in both kinds of buckets.
    #[metric(unit = "seconds", native, buckets = [0.125, 1.0, 8.0, 64.0])]
    pub(super) both: Histogram<ByRoute>,
    /// Visits by customer, of whom there are more than are told apart.
    pub(super) visits: Counter<ByCustomer>,
    /// Clicks by session, which goes by its owner or is removed.
    pub(super) clicks: Counter<BySession>,
    /// Views by session, which goes when it has not been used for some time.
    #[metric(idle = "5s")]
    pub(super) views: Counter<BySession>,
    /// Time of calls, by how they ended.
    #[metric(unit = "seconds", buckets = [0.001, 1.0])]
    pub(super) call_duration: Histogram<ByOutcome>,
    /// Calls under way.
    pub(super) calls_in_flight: Gauge,
    /// Threads that have ended, counted when their own data is dropped.
    pub(super) ended_threads: Counter,
    /// What runs.
    pub(super) build: Info<ByVersion<'static>>,
    /// How it feels.
    pub(super) mood: StateSet<Mood>,
    /// A number that is read.
    #[metric(read = seven)]
    pub(super) answer: Gauge,
    /// How often the collector has run to its end.
    pub(super) collected: Gauge,
}

fn seven() -> u64 {
    7
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(super) struct ByText<'a> {
    #[label(open, max = 10_000)]
    pub(super) text: &'a str,
}

/// Much text.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "bulk")]
pub(super) struct Bulk {
    /// Texts of a kilobyte each.
    pub(super) texts: Counter<ByText<'static>>,
}

/// An event; its numbers have no gap.
#[derive(Debug, Serialize, StreamEvent)]
#[event("tick")]
pub(super) struct Tick {
    pub(super) number: u64,
}

/// How a call is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Ok,
    Error,
    Panic,
    /// It waits for ever, until it is dropped.
    Never,
}

/// The panic that is meant to be; the process does not print it.
pub(super) const ON_PURPOSE: &str = "on purpose";

#[timed(Soak::call_duration, in_flight = Soak::calls_in_flight)]
pub(super) async fn call(end: End) -> Result<(), ()> {
    match end {
        End::Ok => Ok(()),
        End::Error => Err(()),
        End::Panic => panic!("{ON_PURPOSE}"),
        End::Never => std::future::poll_fn(|_| Poll::<Result<(), ()>>::Pending).await,
    }
}
