//! A timer for what is no function of its own: started and stopped by hand, recording like `#[timed]`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::declare::{LabelSet, Outcome};
use crate::update::Histogram;
use crate::update::clock::Stamp;

/// A running call that is timed by hand, from [`Histogram::start_timer`] or [`Histogram::start_timer_with`].
///
/// It records once: when it is stopped, or when it is dropped, which means [`Outcome::Panic`] while the thread panics
/// and [`Outcome::Cancelled`] otherwise. A label of the type [`Outcome`] is given how the call ended, whatever value
/// it was started with.
///
/// ```
/// use metrics_core::{Histogram, LabelSet, MetricSet, Outcome, Registry};
///
/// #[derive(LabelSet)]
/// struct ByProxy<'a> {
///     #[label(open, max = 20)]
///     proxy: &'a str,
///     outcome: Outcome,
/// }
///
/// /// A pool of proxies.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "proxy", register = false)]
/// struct Proxies {
///     /// Time to the answer.
///     #[metric(unit = "seconds")]
///     latency: Histogram<ByProxy<'static>>,
/// }
///
/// let registry = Registry::new();
/// let proxies = Proxies::register(&registry)?;
/// let start = |proxy| {
///     let outcome = Outcome::Cancelled;
///     proxies.latency.start_timer_with(ByProxy { proxy, outcome })
/// };
///
/// start("a").stop_ok();
/// start("a").stop(false);
/// drop(start("b"));
///
/// let text = registry.encode_text();
/// assert!(text.contains("proxy_latency_seconds_count{proxy=\"a\",outcome=\"ok\"} 1\n"));
/// assert!(text.contains("proxy_latency_seconds_count{proxy=\"a\",outcome=\"error\"} 1\n"));
/// assert!(text.contains("proxy_latency_seconds_count{proxy=\"b\",outcome=\"cancelled\"} 1\n"));
/// # Ok::<(), metrics_core::Error>(())
/// ```
#[must_use = "a timer that is dropped at once records a cancelled call of no length"]
pub struct Timer<'h, L, T> {
    histogram: &'h Histogram<L>,
    labels: Option<T>,
    started: Stamp,
    /// Known where the timer is started, so that dropping it asks nothing of the types.
    record: fn(&Histogram<L>, T, Outcome, u64),
}

impl<L: LabelSet> Histogram<L> {
    /// Starts a timer for a call with these labels.
    #[inline]
    pub fn start_timer_with<'q>(&self, labels: L::Borrowed<'q>) -> Timer<'_, L, L::Borrowed<'q>> {
        Timer {
            histogram: self,
            labels: Some(labels),
            started: Stamp::now(),
            record: |histogram, mut labels, outcome, nanos| {
                L::set_outcome(&mut labels, outcome);
                histogram.with(labels).observe_nanos(nanos);
            },
        }
    }
}

impl Histogram {
    /// Starts a timer for a call.
    #[inline]
    pub fn start_timer(&self) -> Timer<'_, (), ()> {
        self.start_timer_with(())
    }
}

impl<L, T> Timer<'_, L, T> {
    /// The call went well. Returns how long it took.
    #[inline]
    pub fn stop_ok(self) -> Duration {
        self.stop(true)
    }

    /// The call ended with an error. Returns how long it took.
    #[inline]
    pub fn stop_error(self) -> Duration {
        self.stop(false)
    }

    /// The call went well, or it did not. Returns how long it took.
    #[inline]
    pub fn stop(mut self, ok: bool) -> Duration {
        let outcome = if ok { Outcome::Ok } else { Outcome::Error };
        Duration::from_nanos(self.end(outcome))
    }

    #[inline]
    fn end(&mut self, outcome: Outcome) -> u64 {
        let nanos = self.started.elapsed_nanos();
        if let Some(labels) = self.labels.take() {
            (self.record)(self.histogram, labels, outcome, nanos);
        }
        nanos
    }
}

impl<L, T> Drop for Timer<'_, L, T> {
    fn drop(&mut self) {
        if self.labels.is_none() {
            return;
        }
        if !std::thread::panicking() {
            self.end(Outcome::Cancelled);
            return;
        }
        // what a label of the user's does is not to be the second panic, which would end the process
        let _ = catch_unwind(AssertUnwindSafe(|| self.end(Outcome::Panic)));
    }
}

impl<L, T> std::fmt::Debug for Timer<'_, L, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Timer").field(self.histogram).finish()
    }
}
