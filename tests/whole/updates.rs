//! What an act does to each metric: the one place where a case meets the code that users call.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use metrics_core::{
    Counter, Descriptor, Gauge, Histogram, Info, Label, Metric, MetricField, Number, ReadField,
    StateSet,
};

use super::case::{Act, Verb};
use super::shapes::Labels;

/// A metric to which acts are done.
pub(crate) trait Live: Send + Sync {
    fn does(&self, act: &Act<'_>);
    fn metric(&self) -> Arc<dyn Metric>;
}

impl<L: Labels> Live for Counter<L> {
    fn does(&self, act: &Act<'_>) {
        let (labels, n) = (L::at(act.label, act.texts), act.whole());
        match act.verb {
            Verb::Kept => {
                let child = self.with(labels);
                child.inc_by(n);
                child.inc_by(n);
                child.inc_by(n);
            }
            Verb::Exemplar => {
                let trace = [("trace_id", &*act.trace)];
                self.with(labels).inc_by_with_exemplar(n, &trace);
            }
            Verb::Edge => L::inc_by(self, labels, u64::MAX - n),
            Verb::Remove => drop(self.remove(labels)),
            Verb::Own => L::own_and_inc_by(self, labels, n),
            _ => L::inc_by(self, labels, n),
        }
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

impl<L: Labels> Live for Counter<L, f64> {
    fn does(&self, act: &Act<'_>) {
        let (labels, n) = (L::at(act.label, act.texts), act.eighths().abs());
        match act.verb {
            Verb::Kept => {
                let child = self.with(labels);
                child.inc_by(n);
                child.inc_by(n);
                child.inc_by(n);
            }
            Verb::Exemplar => {
                let trace = [("trace_id", &*act.trace)];
                self.with(labels).inc_by_with_exemplar(n, &trace);
            }
            Verb::Bad => self.with(labels).inc_by(act.bad()),
            Verb::Remove => drop(self.remove(labels)),
            _ => self.with(labels).inc_by(n),
        }
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

impl<L: Labels> Live for Gauge<L> {
    fn does(&self, act: &Act<'_>) {
        let (at, n) = (|| L::at(act.label, act.texts), act.signed());
        match act.verb {
            Verb::Kept => {
                let child = self.with(at());
                child.add(n);
                child.sub(n);
                child.add(n);
            }
            Verb::Set => self.with(at()).set(n),
            Verb::Edge => self.with(at()).set(i64::MIN + n.abs()),
            Verb::Guard => L::guard(self, at(), || L::add(self, at(), n)),
            Verb::Remove => drop(self.remove(at())),
            _ => L::add(self, at(), n),
        }
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

impl<L: Labels> Live for Gauge<L, f64> {
    fn does(&self, act: &Act<'_>) {
        let (labels, n) = (L::at(act.label, act.texts), act.eighths());
        match act.verb {
            Verb::Kept => {
                let child = self.with(labels);
                child.add(n);
                child.sub(n);
                child.add(n);
            }
            Verb::Set => self.with(labels).set(n),
            Verb::Edge => self.with(labels).set(act.edge()),
            Verb::Remove => drop(self.remove(labels)),
            _ => self.with(labels).add(n),
        }
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

impl<L: Labels> Live for Histogram<L> {
    fn does(&self, act: &Act<'_>) {
        let (labels, n) = (L::at(act.label, act.texts), act.eighths());
        match act.verb {
            Verb::Kept => {
                let child = self.with(labels);
                child.observe(n);
                child.observe(n);
                child.observe(n);
            }
            Verb::Exemplar => {
                let trace = [("trace_id", &*act.trace)];
                self.with(labels).observe_with_exemplar(n, &trace);
            }
            Verb::Duration => {
                let time = Duration::from_millis(125 * act.whole());
                self.with(labels).observe_duration(time);
            }
            Verb::Bad => self.with(labels).observe(f64::NAN),
            Verb::Remove => drop(self.remove(labels)),
            _ => L::observe(self, labels, n),
        }
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

impl<L: Labels> Live for Histogram<L, u64> {
    fn does(&self, act: &Act<'_>) {
        let (labels, n) = (L::at(act.label, act.texts), act.whole());
        match act.verb {
            Verb::Kept => {
                let child = self.with(labels);
                child.observe(n);
                child.observe(n);
                child.observe(n);
            }
            Verb::Exemplar => {
                let trace = [("trace_id", &*act.trace)];
                self.with(labels).observe_with_exemplar(n, &trace);
            }
            Verb::Remove => drop(self.remove(labels)),
            _ => self.with(labels).observe(n),
        }
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

/// An info says by its type alone which labels it has.
pub(crate) struct InfoOf<L>(pub(crate) Info<L>);

impl<L: Labels> Live for InfoOf<L> {
    fn does(&self, act: &Act<'_>) {
        self.0.set(L::at(act.label, act.texts));
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.0.handle()
    }
}

#[derive(Clone, Copy, Label)]
pub(crate) enum State {
    Starting,
    Running,
    #[label(name = "shut down")]
    Down,
}

/// The states as they should be exposed.
pub(crate) const STATES: [&str; 3] = ["starting", "running", "shut down"];

impl Live for StateSet<State> {
    fn does(&self, act: &Act<'_>) {
        self.set([State::Starting, State::Running, State::Down][act.label % STATES.len()]);
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.handle()
    }
}

/// A gauge with what it is read from.
pub(crate) struct Told {
    gauge: Gauge,
    told: Arc<AtomicI64>,
}

impl Told {
    pub(crate) fn new(descriptor: &'static Descriptor) -> Self {
        let told = Arc::new(AtomicI64::new(0));
        let read = Arc::clone(&told);
        Self {
            gauge: Gauge::reading(descriptor, move || Number::Signed(read.load(Relaxed))),
            told,
        }
    }
}

impl Live for Told {
    fn does(&self, act: &Act<'_>) {
        self.told.store(act.signed(), Relaxed);
    }

    fn metric(&self) -> Arc<dyn Metric> {
        self.gauge.handle()
    }
}
