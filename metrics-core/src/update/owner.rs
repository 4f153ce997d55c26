//! Series that belong to somebody: to a connection, a session, a job. They go when their owner goes.
//! `open/owned` counts the owners of a combination; the metric types make the guards.

use std::fmt;

use self::sealed::Ownable;
use super::family::OwnedChild;

/// A series of open labels that stays while this is there, and leaves when it is dropped: what a connection, a session
/// or a job is counted in. From [`Counter::own`], [`Gauge::own`] or [`Histogram::own`]; `M` is that metric.
///
/// Having left, it is shown in its final state until a scrape has delivered it (see [`Registry::mark`]), and then no
/// longer. Several may own one series, which then leaves with the last of them; and others may use it by its labels, as
/// any other. It does not idle out. Past the cap of the labels it is the overflow series, which stays.
///
/// `child()` is the child of the series, without a look-up. A series that is removed by hand leaves at once, its owners
/// notwithstanding: what they still do to it is seen until that has been delivered, and by nobody afterwards.
///
/// ```
/// use metrics_core::{Gauge, LabelSet, MetricSet, OwnedSeries, Registry};
///
/// #[derive(Clone, LabelSet)]
/// struct ByPeer {
///     #[label(open, max = 1000)]
///     peer: String,
/// }
///
/// /// A server.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct Server {
///     /// Bytes that wait to be sent.
///     backlog: Gauge<ByPeer>,
/// }
///
/// struct Connection {
///     backlog: OwnedSeries<Gauge<ByPeer>>,
/// }
///
/// let registry = Registry::new();
/// let server = Server::register(&registry)?;
/// let peer = "10.0.0.7".to_owned();
/// let connection = Connection { backlog: server.backlog.own(ByPeer { peer }) };
/// connection.backlog.child().set(512);
/// drop(connection);
///
/// // it is there for one more scrape
/// let mark = registry.mark();
/// let text = registry.encode_text();
/// registry.delivered(mark);
/// assert_eq!(text, "\
/// ## HELP backlog Bytes that wait to be sent.
/// ## TYPE backlog gauge
/// backlog{peer=\"10.0.0.7\"} 512
/// ## HELP metrics_label_overflows_total Look-ups that ended in an overflow series, because the family's open labels were at their cap.
/// ## TYPE metrics_label_overflows_total counter
/// metrics_label_overflows_total{family=\"backlog\"} 0
/// ");
/// assert!(!registry.encode_text().contains("backlog{"));
/// # Ok::<(), metrics_core::Error>(())
/// ```
///
/// A series of finite labels alone is there for good, so that to own one does not compile:
///
/// ```compile_fail,E0080
/// use metrics_core::Gauge;
///
/// fn own_what_is_there_for_good(connections: &Gauge) {
///     let _owner = connections.own(());
/// }
/// # metrics_core::Registry::global();
/// # let _ = own_what_is_there_for_good as fn(&Gauge);
/// ```
///
/// [`Counter::own`]: crate::Counter::own
/// [`Gauge::own`]: crate::Gauge::own
/// [`Histogram::own`]: crate::Histogram::own
/// [`Registry::mark`]: crate::Registry::mark
#[must_use = "a series leaves when its owner is dropped"]
pub struct OwnedSeries<M: Ownable> {
    metric: M,
    child: OwnedChild,
}

impl<M: Ownable> OwnedSeries<M> {
    pub(super) fn new(metric: M, child: OwnedChild) -> Self {
        Self { metric, child }
    }

    pub(super) fn parts(&self) -> (&M, &OwnedChild) {
        (&self.metric, &self.child)
    }
}

impl<M: Ownable> Drop for OwnedSeries<M> {
    fn drop(&mut self) {
        self.metric.disown(&self.child);
    }
}

impl<M: Ownable + fmt::Debug> fmt::Debug for OwnedSeries<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnedSeries").field(&self.metric).finish()
    }
}

pub(super) mod sealed {
    use super::OwnedChild;

    /// A metric whose series may have owners.
    pub trait Ownable {
        /// One owner less.
        fn disown(&self, child: &OwnedChild);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::update::{Counter, Gauge, Histogram};

    fn is_kept_and_sent<T: Send + Sync + 'static>() {}

    #[test]
    fn an_owned_series_may_be_kept_and_sent() {
        is_kept_and_sent::<OwnedSeries<Counter<(), f64>>>();
        is_kept_and_sent::<OwnedSeries<Gauge>>();
        is_kept_and_sent::<OwnedSeries<Histogram>>();
    }
}
