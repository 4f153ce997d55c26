//! A database in memory, with metrics of its own in a registry of its own: the framework does not know of them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::rt;
use metrics_core::{Counter, Error, Gauge, Histogram, Label, LabelSet, MetricSet, Registry, timed};
use tokio::sync::Semaphore;

#[derive(Clone, Copy, Label)]
enum Operation {
    Select,
    Insert,
    Update,
}

#[derive(Clone, Copy, LabelSet)]
struct ByOperation {
    operation: Operation,
}

/// Why a query has no result.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) enum DatabaseError {
    /// No connection was free in time.
    Exhausted,
    /// Somebody else has changed the same rows.
    Conflict,
}

#[derive(Clone, Copy, LabelSet)]
struct ByError {
    r#type: DatabaseError,
}

/// A database. The registry's namespace stands before these names.
#[derive(MetricSet)]
#[metrics(register = false)]
struct DatabaseMetrics {
    /// Queries made.
    queries: Counter<ByOperation>,
    /// Time of a query, the wait for a connection included.
    #[metric(unit = "seconds")]
    query_duration: Histogram<ByOperation>,
    /// Connections in use.
    connections: Gauge,
    /// Queries that failed.
    errors: Counter<ByError>,
}

#[derive(Default)]
struct Tables {
    votes: u64,
    messages: Vec<String>,
}

/// A pool of connections to the tables.
pub(crate) struct Database {
    registry: Registry,
    metrics: Arc<DatabaseMetrics>,
    tables: Mutex<Tables>,
    pool: Semaphore,
}

const POOL: usize = 4;
const PATIENCE: Duration = Duration::from_millis(100);
const KEPT_MESSAGES: usize = 1000;

impl Database {
    pub(crate) fn open() -> Result<Self, Error> {
        let registry = Registry::builder().namespace("db").build()?;
        Ok(Self {
            metrics: DatabaseMetrics::register(&registry)?,
            registry,
            tables: Mutex::default(),
            pool: Semaphore::new(POOL),
        })
    }

    /// What its metrics are in.
    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Counts one more vote; returns how many there are.
    pub(crate) async fn vote(&self) -> Result<u64, DatabaseError> {
        self.query(Operation::Update, |tables| {
            tables.votes += 1;
            tables.votes
        })
        .await
    }

    /// Keeps a message of the chat.
    pub(crate) async fn keep(&self, message: &str) -> Result<(), DatabaseError> {
        self.query(Operation::Insert, |tables| {
            let old = (tables.messages.len() + 1).saturating_sub(KEPT_MESSAGES);
            tables.messages.drain(..old);
            tables.messages.push(message.to_owned());
        })
        .await
    }

    /// How many messages have `text` in them.
    pub(crate) async fn count(&self, text: &str) -> Result<usize, DatabaseError> {
        self.query(Operation::Select, |tables| {
            let found = tables
                .messages
                .iter()
                .filter(|message| message.contains(text));
            found.count()
        })
        .await
    }

    #[timed(self.metrics.query_duration, labels(operation), counter = self.metrics.queries)]
    async fn query<T>(
        &self,
        operation: Operation,
        run: impl FnOnce(&mut Tables) -> T,
    ) -> Result<T, DatabaseError> {
        self.run(operation, run).await.inspect_err(|error| {
            self.metrics.errors.with(ByError { r#type: *error }).inc();
        })
    }

    async fn run<T>(
        &self,
        operation: Operation,
        run: impl FnOnce(&mut Tables) -> T,
    ) -> Result<T, DatabaseError> {
        let free = rt::time::timeout(PATIENCE, self.pool.acquire()).await;
        let Ok(Ok(_connection)) = free else {
            return Err(DatabaseError::Exhausted);
        };
        let _in_use = self.metrics.connections.inc_guard();
        rt::time::sleep(Duration::from_millis(match operation {
            Operation::Select => fastrand::u64(1..8),
            Operation::Insert | Operation::Update => fastrand::u64(2..5),
        }))
        .await;
        if matches!(operation, Operation::Update) && fastrand::u8(..50) == 0 {
            return Err(DatabaseError::Conflict);
        }
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(run(&mut tables))
    }
}
