//! A registry of which everything changes all the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use metrics_core::{Counter, Gauge, LabelSet, MetricSet, Registry};

/// Cells that all change between ticks, so that a delta is a quarter of a megabyte: a dozen of them do not fit
/// where the kernel keeps bytes.
pub(crate) const CELLS: usize = 20_000;

#[derive(Clone, Copy, Debug, LabelSet)]
struct ByCell {
    #[label(open, max = 20_000)]
    cell: usize,
}

/// Much that changes.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
pub(crate) struct Table {
    /// Changes by cell.
    changes: Counter<ByCell>,
    /// How often all have changed.
    pub(crate) rounds: Gauge,
}

/// A registry that changes until this is dropped.
pub(crate) struct Restless {
    registry: Registry,
    pub(crate) table: Arc<Table>,
    over: Arc<AtomicBool>,
    changing: Option<thread::JoinHandle<()>>,
}

impl Restless {
    pub(crate) fn new() -> Self {
        let registry = Registry::new();
        let table = Table::register(&registry).expect("an empty registry");
        let over = Arc::<AtomicBool>::default();
        let (cells, until) = (Arc::clone(&table), Arc::clone(&over));
        let changing = thread::spawn(move || {
            while !until.load(Relaxed) {
                for cell in 0..CELLS {
                    // numbers of many digits
                    cells.changes.with(ByCell { cell }).inc_by(1_000_000_007);
                }
                cells.rounds.inc();
                thread::sleep(Duration::from_millis(20));
            }
        });
        Self {
            registry,
            table,
            over,
            changing: Some(changing),
        }
    }
}

impl Restless {
    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }
}

impl Drop for Restless {
    fn drop(&mut self) {
        self.over.store(true, Relaxed);
        if let Some(changing) = self.changing.take() {
            // a test that fails already is not helped by a second panic
            let _ = changing.join();
        }
    }
}
