//! Scopes of tests, by their public face: who counts where, and on which thread.
#![cfg(feature = "testing")]

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Barrier;
use std::task::{Context, Poll, Waker};

use metrics_core::testing::{Changes, Scope, value};
use metrics_core::{
    Counter, Gauge, Histogram, LabelSet, MetricSet, Outcome, Registry, ValueSnapshot, timed,
};

#[derive(Clone, Copy, LabelSet)]
struct ByOutcome {
    outcome: Outcome,
}

/// A mill.
#[derive(MetricSet)]
#[metrics(prefix = "mill")]
struct Mill {
    /// Sacks ground.
    sacks: Counter,
    /// Sacks ground, as a function reads them.
    #[metric(read = sacks)]
    sacks_read: Gauge,
    /// Time to grind a sack.
    #[metric(unit = "seconds", buckets = [0.1, 1.0])]
    grinding: Histogram<ByOutcome>,
    /// Sacks in the mill.
    in_flight: Gauge,
}

fn sacks() -> u64 {
    Mill::global().sacks.get()
}

fn sacks_of(scope: Scope) -> u64 {
    scope.run(sacks)
}

#[timed]
fn turn() {}

#[timed(Mill::grinding, in_flight = Mill::in_flight)]
async fn grind(stone: impl Future<Output = bool>) -> Result<(), ()> {
    Mill::global().sacks.inc();
    if stone.await { Ok(()) } else { Err(()) }
}

fn turns(registry: &Registry) -> Option<f64> {
    let labels = [
        ("function", "turn"),
        ("module", module_path!()),
        ("outcome", "ok"),
    ];
    value(registry, "function_calls_total", &labels)
}

/// Pending so many times.
fn pause(times: u32) -> impl Future<Output = ()> {
    let mut left = times;
    poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn two_scopes_and_the_process_count_apart() {
    let scopes = [Scope::new(), Scope::new()];
    let barrier = Barrier::new(scopes.len());
    std::thread::scope(|threads| {
        for (scope, times) in scopes.iter().zip([1_000, 2_000]) {
            let barrier = &barrier;
            threads.spawn(move || {
                scope.run(|| {
                    barrier.wait();
                    for _ in 0..times {
                        Mill::global().sacks.inc();
                        turn();
                    }
                });
            });
        }
    });
    assert_eq!(scopes.map(sacks_of), [1_000, 2_000]);
    let turned = scopes.map(|scope| turns(scope.registry()));
    assert_eq!(turned, [Some(1_000.0), Some(2_000.0)]);
    // nothing in this program counts outside of a scope
    assert_eq!(sacks(), 0);
    assert_eq!(turns(Registry::global()), Some(0.0));
}

#[test]
fn everything_that_is_linked_is_in_a_scope_at_zero() {
    let scope = Scope::new();
    let names = |registry: &Registry| -> Vec<_> {
        let families = registry.snapshot().families.into_iter();
        families.map(|family| family.name).collect()
    };
    let mut all = names(Registry::global());
    // of the attached default registry of the `prometheus` crate, which is not in a scope
    let attached = ["metrics_hidden_families", "metrics_collector_", "process_"];
    all.retain(|name| !attached.iter().any(|start| name.starts_with(start)));
    assert_eq!(names(scope.registry()), all);
    for family in scope.registry().snapshot().families {
        for series in family.series {
            let is_zero = match series.value {
                ValueSnapshot::Number(number) => number.as_f64() == 0.0,
                ValueSnapshot::Histogram { count, .. } => count == 0,
                _ => false,
            };
            assert!(is_zero, "{}: {:?}", family.name, series.labels);
        }
    }
}

#[test]
fn the_global_registry_is_that_of_the_scope() {
    let scope = Scope::new();
    scope.run(turn);
    assert_eq!(scope.run(|| turns(Registry::global())), Some(1.0));
    assert_eq!(turns(Registry::global()), Some(0.0));
}

#[test]
fn the_innermost_scope_counts_and_the_outer_goes_on() {
    let (outer, inner) = (Scope::new(), Scope::new());
    outer.run(|| {
        Mill::global().sacks.inc();
        inner.run(|| Mill::global().sacks.inc_by(10));
        Mill::global().sacks.inc();
    });
    assert_eq!([outer, inner].map(sacks_of), [2, 10]);
}

#[test]
fn a_panic_leaves_the_scope() {
    let (outer, inner) = (Scope::new(), Scope::new());
    outer.run(|| {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            inner.run(|| std::panic::resume_unwind(Box::new("a panic on purpose")));
        }));
        assert!(panicked.is_err());
        Mill::global().sacks.inc();
    });
    assert!(Scope::current().is_none());
    assert_eq!([outer, inner].map(sacks_of), [1, 0]);
}

#[test]
fn a_thread_enters_the_scope_by_itself() {
    let scope = Scope::new();
    scope.run(|| {
        let taken = Scope::current().expect("this thread is in it");
        let inside = std::thread::spawn(move || {
            assert!(Scope::current().is_none(), "not before it enters");
            taken.run(|| Mill::global().sacks.inc());
        });
        inside.join().expect("it does not panic");
    });
    assert_eq!(sacks_of(scope), 1);
}

#[test]
fn a_future_is_in_its_scope_at_each_poll_and_nothing_else_is() {
    let scopes = [Scope::new(), Scope::new()];
    let step = |scope: Scope| {
        scope.run_async(async {
            for _ in 0..3 {
                Mill::global().sacks.inc();
                pause(1).await;
            }
        })
    };
    let (mut first, mut second) = (pin!(step(scopes[0])), pin!(step(scopes[1])));
    for polls in 1..=3 {
        assert!(poll(first.as_mut()).is_pending());
        assert!(Scope::current().is_none(), "it is left between polls");
        assert_eq!(scopes.map(sacks_of), [polls, polls - 1]);
        assert!(poll(second.as_mut()).is_pending());
        assert_eq!(scopes.map(sacks_of), [polls, polls]);
    }
    assert!(poll(first).is_ready());
}

#[test]
fn a_future_that_is_dropped_is_cancelled_in_its_scope() {
    let scope = Scope::new();
    let changes = Changes::watch(scope.registry());
    let mut future = Box::pin(scope.run_async(async {
        let _turning_at_the_end = TurnOnDrop;
        grind(std::future::pending()).await
    }));
    assert!(poll(future.as_mut()).is_pending());
    drop(future);
    let module = module_path!();
    changes.assert(&format!(
        r#"
            mill_sacks_total +1
            mill_sacks_read +1
            mill_grinding_seconds_count{{outcome="cancelled"}} +1
            function_calls_total{{function="turn",module="{module}",outcome="ok"}} +1
            function_duration_seconds_count{{function="turn",module="{module}"}} +1
        "#
    ));
}

struct TurnOnDrop;

impl Drop for TurnOnDrop {
    fn drop(&mut self) {
        turn();
    }
}

#[test]
fn a_panic_in_a_poll_leaves_the_scope() {
    let scope = Scope::new();
    let mut future = pin!(scope.run_async(grind(async {
        std::panic::resume_unwind(Box::new("a panic on purpose"))
    })));
    assert!(catch_unwind(AssertUnwindSafe(|| poll(future.as_mut()))).is_err());
    assert!(Scope::current().is_none());
    let count = value(
        scope.registry(),
        "mill_grinding_seconds_count",
        &[("outcome", "panic")],
    );
    assert_eq!(count, Some(1.0));
}

#[test]
fn tasks_of_a_runtime_with_many_threads_stay_in_their_scopes() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .build()
        .expect("a runtime");
    let scopes: Vec<_> = (1..=8).map(|n| (n, Scope::new())).collect();
    runtime.block_on(async {
        let mut tasks = Vec::new();
        for (n, scope) in &scopes {
            for _ in 0..*n {
                tasks.push(tokio::spawn(scope.run_async(async {
                    for _ in 0..100 {
                        // wherever it goes on after that
                        tokio::task::yield_now().await;
                        grind(async { true }).await.expect("it is true");
                        turn();
                    }
                })));
            }
        }
        for task in tasks {
            task.await.expect("it does not panic");
        }
    });
    for (n, scope) in scopes {
        assert_eq!(sacks_of(scope), n * 100);
        assert_eq!(turns(scope.registry()), Some(n as f64 * 100.0));
    }
    assert_eq!(sacks(), 0);
}
