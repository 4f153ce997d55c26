//! The application that is made with the framework, with all that can be said to a registry: a namespace, constant
//! labels, metrics of the runtime, and metrics whose names are known only while it runs. Its exporter tells of the process
//! beside it, with the same labels.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use metrics_core::{Gauge, MetricSet, Registry};
use prometheus::IntCounter;
use tokio::runtime::Handle;

use crate::component::Event;

/// The runtime of the main thread, in which the simulated visitors live.
#[derive(MetricSet)]
#[metrics(prefix = "runtime", register = false)]
struct RuntimeMetrics {
    /// Threads that run tasks.
    #[metric(read = workers)]
    workers: Gauge,
    /// Tasks that have not ended.
    #[metric(read = alive_tasks)]
    alive_tasks: Gauge,
}

static RUNTIME: OnceLock<Handle> = OnceLock::new();

fn workers() -> usize {
    RUNTIME
        .get()
        .map_or(0, |runtime| runtime.metrics().num_workers())
}

fn alive_tasks() -> usize {
    RUNTIME
        .get()
        .map_or(0, |runtime| runtime.metrics().num_alive_tasks())
}

pub(crate) struct Application {
    registry: Registry,
    goals: HashMap<String, IntCounter>,
}

impl Application {
    /// Counts events whose value is one of `goals`, each goal in a metric of its own.
    pub(crate) fn start(goals: &[String]) -> Result<Self, Box<dyn std::error::Error>> {
        RUNTIME.get_or_init(Handle::current);
        let registry = Registry::builder()
            .namespace("board")
            .constant_label("service", "live_view")
            .constant_label("env", "demo")
            .build()?;
        RuntimeMetrics::register(&registry)?;
        // whatever libraries count with the `prometheus` crate
        registry.attach(prometheus::default_registry().clone());
        let custom = prometheus::Registry::new();
        registry.attach(custom.clone());
        let counter = |goal: &String| -> prometheus::Result<_> {
            let name = format!("board_goal_{goal}_total");
            let counter = IntCounter::new(name, format!("Events with the value `{goal}`."))?;
            custom.register(Box::new(counter.clone()))?;
            Ok((goal.clone(), counter))
        };
        // a goal that is given twice is one
        let goals: BTreeSet<_> = goals.iter().collect();
        let goals = goals.into_iter().map(counter).collect::<Result<_, _>>()?;
        Ok(Self { registry, goals })
    }

    /// What its metrics are in.
    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    pub(crate) fn handle(&self, event: &Event) {
        if let Some(reached) = self.goals.get(&event.value) {
            reached.inc();
        }
    }
}
