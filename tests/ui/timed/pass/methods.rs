//! Methods of every shape, with sets of the process and sets of their own.

#![deny(warnings)]

use metrics_core::{Gauge, Histogram, LabelSet, MetricSet, Outcome, Registry, timed};
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Waker};

#[derive(LabelSet)]
struct ByOutcome {
    outcome: Outcome,
}

/// A cache.
#[derive(MetricSet)]
#[metrics(prefix = "cache")]
struct Cache {
    /// Time of a look-up.
    #[metric(unit = "seconds")]
    lookup: Histogram<ByOutcome>,
    /// In flight.
    in_flight: Gauge,
}

impl Cache {
    #[timed(Self::lookup, in_flight = Self::in_flight)]
    fn of_the_set(&self) -> u32 {
        1
    }
}

struct Store {
    items: Vec<u32>,
    metrics: Arc<Cache>,
}

impl Store {
    #[timed]
    fn new(metrics: Arc<Cache>) -> Self {
        Self { items: vec![1], metrics }
    }

    #[timed(self.metrics.lookup, in_flight = self.metrics.in_flight)]
    fn shared(&self) -> &u32 {
        &self.items[0]
    }

    #[timed(self.metrics.lookup, in_flight = self.metrics.in_flight)]
    fn exclusive(&mut self) -> Option<&mut u32> {
        let first = self.items.first_mut()?;
        *first += 1;
        Some(first)
    }

    #[timed(self.metrics.lookup)]
    fn owned(mut self) -> Vec<u32> {
        self.items.push(2);
        self.items
    }

    #[timed]
    fn boxed(self: Box<Self>) -> Vec<u32> {
        self.items
    }

    #[timed(self.metrics.lookup)]
    fn counted(self: &Rc<Self>) -> usize {
        self.items.len()
    }

    #[timed(self.metrics.lookup, in_flight = self.metrics.in_flight)]
    async fn wait(&self, extra: &[u32]) -> Result<usize, ()> {
        std::future::ready(()).await;
        Ok(self.items.len() + extra.len())
    }

    #[timed]
    async fn wait_shared(&self) -> Option<&u32> {
        std::future::ready(()).await;
        self.items.first()
    }

    #[timed]
    fn boxed_trait<'a>(&'a self, less: &'a u32) -> Box<dyn Iterator<Item = &'a u32> + 'a> {
        Box::new(self.items.iter().filter(move |item| *item > less))
    }

    #[timed(self.metrics.lookup, in_flight = self.metrics.in_flight)]
    async fn wait_exclusive<'a>(&'a mut self) -> Option<&'a mut u32> {
        std::future::ready(()).await;
        self.items.first_mut()
    }

    #[timed]
    async fn pinned(self: Pin<&mut Self>) -> usize {
        self.items.len()
    }

    #[timed(Cache::lookup)]
    fn associated(n: u32) -> Result<u32, ()> {
        if n == 0 { Err(()) } else { Ok(n) }
    }

    #[timed(metrics.lookup)]
    fn of_an_argument(metrics: Arc<Cache>, n: u32) -> (Arc<Cache>, u32) {
        (metrics, n)
    }
}

trait Work {
    type Out<'a>
    where
        Self: 'a;

    fn required(&mut self) -> Self::Out<'_>;

    #[timed]
    fn provided(&self) -> usize {
        std::mem::size_of_val(self)
    }

    #[timed(Cache::lookup)]
    fn bound() -> &'static str
    where
        Self: Sized,
    {
        "bound"
    }
}

impl Work for Store {
    type Out<'a> = &'a mut Vec<u32>;

    #[timed(Cache::lookup)]
    fn required(&mut self) -> Self::Out<'_> {
        &mut self.items
    }
}

struct Generic<'a, T>(&'a mut T);

impl<'a, T: Iterator<Item = u32>> Generic<'a, T> {
    #[timed]
    fn next(&mut self) -> Option<T::Item> {
        self.0.next()
    }

    #[timed]
    fn inner(self) -> &'a mut T {
        self.0
    }
}

fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("nothing to wait for"),
    }
}

fn main() {
    let registry = Registry::new();
    let own = Cache::register(&registry).expect("no conflict");
    let store = || Store::new(Arc::clone(&own));
    let mut one = store();
    assert_eq!(*one.shared(), 1);
    assert_eq!(one.exclusive(), Some(&mut 2));
    assert_eq!(ready(one.wait(&[1, 2])), Ok(3));
    assert_eq!(ready(one.wait_exclusive()), Some(&mut 2));
    assert_eq!(ready(one.wait_shared()), Some(&2));
    assert_eq!(one.boxed_trait(&1).count(), 1);
    assert_eq!(one.owned(), [2, 2]);
    assert_eq!(Box::new(store()).boxed(), [1]);
    assert_eq!(Rc::new(store()).counted(), 1);
    assert_eq!(ready(pin!(store()).pinned()), 1);
    assert_eq!(Store::of_an_argument(Arc::clone(&own), 3).1, 3);
    assert_eq!((Store::associated(0), Store::associated(1)), (Err(()), Ok(1)));
    assert!(store().provided() > 0);
    assert_eq!(Store::bound(), "bound");
    assert_eq!(store().required(), &[1]);
    assert_eq!(own.of_the_set(), 1);
    let mut items = [1, 2].into_iter();
    let mut generic = Generic(&mut items);
    assert_eq!(generic.next(), Some(1));
    assert_eq!(generic.inner().next(), Some(2));

    assert_eq!(own.in_flight.get(), 0);
    let text = registry.encode_text();
    assert!(text.contains("cache_lookup_seconds_count{outcome=\"ok\"} 7\n"), "{text}");
    let text = Registry::global().encode_text();
    assert!(text.contains("cache_lookup_seconds_count{outcome=\"ok\"} 4\n"), "{text}");
    assert!(text.contains("cache_lookup_seconds_count{outcome=\"error\"} 1\n"), "{text}");
    assert!(text.contains("cache_in_flight 0\n"), "{text}");
}
