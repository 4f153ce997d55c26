//! The scope of a test: a world of its own for sets, timed functions and the clock, entered by a thread or a future.
//! What is in a scope is kept by `update::scope`.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::Clock;
use crate::register::Registry;
use crate::update::{ScopeClock, World, enter};

/// An isolated world for one test: every linked set and every `#[timed]` function at zero, and a clock that stands
/// still.
///
/// In the scope `Set::global()` and [`Registry::global`] are those of the scope, and `#[timed]` functions count there;
/// nothing reaches those of the process, and outside nothing of the scope is seen. Of scopes in each other, the
/// innermost counts. A panic leaves the scope as a return does.
///
/// A copy is the same scope. A thread or task that is spawned in a scope is not in it, and enters it by itself:
///
/// ```
/// use metrics_core::testing::{Scope, assert_changes};
/// use metrics_core::{Counter, MetricSet};
///
/// /// A till.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "till")]
/// struct Till {
///     /// Sales rung up.
///     sales: Counter,
/// }
///
/// let scope = Scope::new();
/// assert_changes(
///     scope.registry(),
///     || {
///         let worker = std::thread::spawn(move || scope.run(|| Till::global().sales.inc()));
///         worker.join().expect("it does not panic");
///     },
///     "till_sales_total +1",
/// );
/// assert_eq!(Till::global().sales.get(), 0, "not in the process");
/// ```
///
/// A plain `#[timed]` call counts where it ends: a future that is polled in a scope and dropped outside of it counts in
/// the process. That of [`Scope::run_async`] is also dropped in the scope.
///
/// A scope is never freed, because `Set::global()` is `&'static`: some kilobytes for each family. That is nothing
/// to a test, and a reason to use scopes nowhere else. What a program keeps in statics of its own, such as a
/// `&'static Shop` that it looked up once, stays in the world in which it was made.
#[derive(Clone, Copy)]
pub struct Scope(World);

impl Scope {
    /// A scope in which time stands still, but for [`Clock::advance`].
    #[expect(clippy::new_without_default, reason = "each is a new one")]
    pub fn new() -> Self {
        Self(World::new())
    }

    /// A scope whose calls take the time that they take.
    pub fn with_real_clock() -> Self {
        let world = World::new();
        world.the(ScopeClock::real);
        Self(world)
    }

    /// The scope that this thread is in, to take it to another thread or task.
    pub fn current() -> Option<Self> {
        World::current().map(Self)
    }

    /// Runs `body` in the scope.
    pub fn run<R>(&self, body: impl FnOnce() -> R) -> R {
        let _entered = enter(Some(self.0));
        body()
    }

    /// `future`, which enters the scope for each poll, and when it is dropped, and leaves it afterwards: on whatever
    /// threads it is polled, all of it runs in the scope, and nothing else does.
    pub fn run_async<F: Future>(&self, future: F) -> InScope<F> {
        InScope {
            future: Some(future),
            scope: *self,
        }
    }

    /// The registry of the scope. It exposes every linked set and every `#[timed]` function; others may be registered
    /// in it. It can be read from within the scope and from outside.
    pub fn registry(&self) -> &'static Registry {
        Registry::of_world(self.0)
    }

    /// The clock by which calls are timed in the scope.
    pub fn clock(&self) -> Clock {
        Clock::new(self.0.the(ScopeClock::still))
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

pin_project! {
    /// A future that runs in a scope; from [`Scope::run_async`].
    #[derive(Debug)]
    #[must_use = "a future does nothing unless it is polled"]
    pub struct InScope<F> {
        // `None` is only for the end: without `unsafe`, this is how a future is dropped in the scope
        #[pin]
        future: Option<F>,
        scope: Scope,
    }

    impl<F> PinnedDrop for InScope<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let scope = *this.scope;
            scope.run(|| this.future.set(None));
        }
    }
}

impl<F: Future> Future for InScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        match this.future.as_pin_mut() {
            Some(future) => this.scope.run(|| future.poll(cx)),
            None => Poll::Pending,
        }
    }
}
