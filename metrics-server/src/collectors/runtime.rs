//! The async runtimes of the process, `tokio_*`: read from tokio's own counters once a gather.
//! Only what tokio offers without `--cfg tokio_unstable`.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics_core::{Counter, Gauge, LabelSet, MetricSet};
use tokio::runtime::{Handle, Id};

/// The runtimes that are watched, in the order in which they were told.
static WATCHED: Mutex<Vec<Watched>> = Mutex::new(Vec::new());

#[derive(Clone)]
struct Watched {
    name: Arc<str>,
    runtime: Handle,
    /// The numbers of its workers, which no other runtime of this name has at the time.
    workers: Range<usize>,
    /// How many asked for it.
    times: usize,
}

fn watched() -> MutexGuard<'static, Vec<Watched>> {
    // every change under it is a single push or removal
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Exposes the async runtime `runtime` of this process under `name`, in all servers and routes that have the default
/// collectors.
///
/// You need this only for runtimes that you make yourself. Others are found:
///
/// | `runtime` | what it is |
/// |---|---|
/// | `main` | the one in which [`Server::spawn`](crate::Server::spawn) is called, if it is called in one |
/// | `actix-web` | those of the workers of an actix-web app that mounts [`routes`](crate::routes) or a [`scope`](crate::scope) |
/// | `metrics-server` | those of a [`Server`](crate::Server) |
///
/// Tasks of a `LocalSet`, as those of actix-web, are not among the alive tasks: tokio does not count them.
///
/// Of each there are `tokio_workers`, `tokio_alive_tasks`, `tokio_global_queue_depth`, and of each worker
/// `tokio_worker_busy_seconds_total` and `tokio_worker_parks_total`. Runtimes of one name are added up, and no two of
/// their workers have the same number. What is told here is exposed for as long as the process lasts; the others until
/// their server or app has ended.
///
/// ```
/// let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// metrics_server::monitor_runtime("jobs", runtime.handle());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn monitor_runtime(name: &str, runtime: &Handle) {
    std::mem::forget(Monitored::new(name, runtime.clone()));
}

/// A runtime that is exposed until this is dropped.
#[derive(Debug)]
pub(crate) struct Monitored(Id);

impl Monitored {
    /// The runtime in which this is called, if there is one.
    pub(crate) fn current(name: &str) -> Option<Self> {
        Some(Self::new(name, Handle::try_current().ok()?))
    }

    fn new(name: &str, runtime: Handle) -> Self {
        let id = runtime.id();
        let mut all = watched();
        // the first name stays: a server in a runtime that the user has named changes nothing
        match all.iter_mut().find(|it| it.runtime.id() == id) {
            Some(there) => there.times += 1,
            None => {
                let workers = free_numbers(&all, name, runtime.metrics().num_workers());
                all.push(Watched {
                    name: name.into(),
                    runtime,
                    workers,
                    times: 1,
                });
            }
        }
        Self(id)
    }
}

impl Drop for Monitored {
    fn drop(&mut self) {
        let mut all = watched();
        let Some(index) = all.iter().position(|it| it.runtime.id() == self.0) else {
            return;
        };
        let last = all.get_mut(index).is_some_and(|it| {
            it.times -= 1;
            it.times == 0
        });
        let ended = last.then(|| all.remove(index));
        drop(all);
        // the last handle may be what frees the runtime's memory, which is not done under the lock
        drop(ended);
    }
}

/// The first so many numbers that no runtime of this name has.
fn free_numbers(all: &[Watched], name: &str, count: usize) -> Range<usize> {
    let of_name = || all.iter().filter(|it| &*it.name == name);
    let is_free = |start: usize| {
        let mut taken = of_name().map(|it| &it.workers);
        taken.all(|it| it.end <= start || start + count <= it.start)
    };
    // where there is room at all, there is some at the beginning or behind another
    let mut starts: Vec<usize> = of_name().map(|it| it.workers.end).collect();
    starts.sort_unstable();
    let start = iter::once(0).chain(starts).find(|start| is_free(*start));
    let start = start.unwrap_or_default();
    start..start + count
}

#[derive(Clone, Copy, Debug, LabelSet)]
struct ByRuntime<'a> {
    #[label(open, max = 100)]
    runtime: &'a str,
}

#[derive(Clone, Copy, Debug, LabelSet)]
struct ByWorker<'a> {
    #[label(open, max = 1000)]
    runtime: &'a str,
    #[label(open, max = 1000)]
    worker: usize,
}

/// What tokio's runtimes do.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "tokio", register = false)]
pub(super) struct Tokio {
    /// Worker threads.
    workers: Gauge<ByRuntime<'static>>,
    /// Tasks that have been spawned and have not ended.
    alive_tasks: Gauge<ByRuntime<'static>>,
    /// Tasks that wait in the queue that all workers share.
    global_queue_depth: Gauge<ByRuntime<'static>>,
    /// Time in which a worker had something to do.
    #[metric(unit = "seconds")]
    worker_busy: Counter<ByWorker<'static>, f64>,
    /// How often a worker went to sleep for want of something to do.
    worker_parks: Counter<ByWorker<'static>>,
    /// What is exposed.
    #[metric(skip)]
    shown: Mutex<Shown>,
}

/// Names of runtimes, and with each number of a worker the runtime that it is of.
#[derive(Debug, Default)]
struct Shown {
    names: BTreeSet<Arc<str>>,
    workers: BTreeMap<(Arc<str>, usize), Id>,
}

/// What runtimes of one name have together.
#[derive(Clone, Copy, Default)]
struct Together {
    workers: usize,
    tasks: usize,
    queue: usize,
}

impl Tokio {
    /// Brings all families up to date.
    pub(super) fn update(&self) {
        let all = watched().clone();
        self.remove_ended(&all);
        let mut by_name: BTreeMap<&str, Together> = BTreeMap::new();
        for Watched {
            name,
            runtime,
            workers,
            ..
        } in &all
        {
            let metrics = runtime.metrics();
            let together = by_name.entry(name).or_default();
            together.workers += metrics.num_workers();
            together.tasks += metrics.num_alive_tasks();
            together.queue += metrics.global_queue_depth();
            for (index, worker) in workers.clone().enumerate() {
                let labels = ByWorker {
                    runtime: name,
                    worker,
                };
                let busy = metrics.worker_total_busy_duration(index);
                self.worker_busy.with(labels).raise_to(busy.as_secs_f64());
                let parks = metrics.worker_park_count(index);
                self.worker_parks.with(labels).raise_to(parks);
            }
        }
        for (runtime, together) in by_name {
            let set = |gauge: &Gauge<ByRuntime<'static>>, value: usize| {
                let value = i64::try_from(value).unwrap_or(i64::MAX);
                gauge.with(ByRuntime { runtime }).set(value);
            };
            set(&self.workers, together.workers);
            set(&self.alive_tasks, together.tasks);
            set(&self.global_queue_depth, together.queue);
        }
    }

    /// Removes the series of runtimes that are not watched any more, so that those of others who get the same numbers
    /// begin at zero.
    fn remove_ended(&self, all: &[Watched]) {
        let mut now = Shown::default();
        for it in all {
            now.names.insert(Arc::clone(&it.name));
            let id = it.runtime.id();
            let numbered = it.workers.clone();
            let numbered = numbered.map(|worker| ((Arc::clone(&it.name), worker), id));
            now.workers.extend(numbered);
        }
        // a panic under it leaves either of the two
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *shown, now);
        for runtime in before.names.difference(&shown.names) {
            for gauge in [&self.workers, &self.alive_tasks, &self.global_queue_depth] {
                // a removed series is shown once more, as it was at the end
                gauge.with(ByRuntime { runtime }).set(0);
                gauge.remove(ByRuntime { runtime });
            }
        }
        for (key, id) in &before.workers {
            if shown.workers.get(key) != Some(id) {
                let (runtime, worker) = key;
                let labels = ByWorker {
                    runtime,
                    worker: *worker,
                };
                self.worker_busy.remove(labels);
                self.worker_parks.remove(labels);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use metrics_core::Registry;
    use std::time::Duration;
    use tokio::runtime::{Builder, Runtime};

    fn runtime() -> Runtime {
        let runtime = Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime")
    }

    /// The samples of runtimes of this name.
    fn samples(registry: &Registry, name: &str) -> Vec<String> {
        let text = registry.encode_text();
        let of_name = text
            .lines()
            .filter(|line| line.contains(&format!("\"{name}\"")));
        let of_name = of_name.filter(|line| !line.starts_with("tokio_worker_busy"));
        of_name.map(str::to_owned).collect()
    }

    #[test]
    fn what_comes_after_a_runtime_has_its_numbers_and_begins_at_zero() {
        let registry = Registry::new();
        let tokio = registry.instance::<Tokio>();
        let first = runtime();
        first.block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
        let parks = first.handle().metrics().worker_park_count(0);
        assert!(parks > 0, "it slept");
        let watched = Monitored::new("successor", first.handle().clone());
        tokio.update();
        let expected = |parks| {
            [
                "tokio_alive_tasks{runtime=\"successor\"} 0".to_owned(),
                "tokio_global_queue_depth{runtime=\"successor\"} 0".to_owned(),
                format!("tokio_worker_parks_total{{runtime=\"successor\",worker=\"0\"}} {parks}"),
                "tokio_workers{runtime=\"successor\"} 1".to_owned(),
            ]
        };
        assert_eq!(samples(&registry, "successor"), expected(parks));

        drop(watched);
        let second = runtime();
        let watched = Monitored::new("successor", second.handle().clone());
        tokio.update();
        assert_eq!(samples(&registry, "successor"), expected(0));

        drop(watched);
        tokio.update();
        let ended = expected(0).map(|sample| sample.replace("\"} 1", "\"} 0"));
        assert_eq!(samples(&registry, "successor"), ended, "once more");
        registry.delivered(registry.mark());
        assert_eq!(samples(&registry, "successor"), [""; 0]);
    }

    #[test]
    fn a_runtime_is_watched_as_long_as_anybody_asks_for_it() {
        let name = "asked for twice";
        let is_watched = || watched().iter().any(|it| &*it.name == name);
        let runtime = runtime();
        let first = Monitored::new(name, runtime.handle().clone());
        let second = Monitored::new("another name", runtime.handle().clone());
        drop(first);
        assert!(is_watched());
        drop(second);
        assert!(!is_watched());
    }

    #[test]
    fn numbers_of_workers_are_taken_once() {
        let runtime = runtime();
        let taken = |name: &str, workers| Watched {
            name: name.into(),
            runtime: runtime.handle().clone(),
            workers,
            times: 1,
        };
        let all = [taken("a", 4..6), taken("a", 0..2), taken("b", 0..9)];
        assert_eq!(free_numbers(&all, "a", 2), 2..4);
        assert_eq!(free_numbers(&all, "a", 3), 6..9);
        assert_eq!(free_numbers(&all, "b", 1), 9..10);
        assert_eq!(free_numbers(&all, "c", 8), 0..8);
    }
}
