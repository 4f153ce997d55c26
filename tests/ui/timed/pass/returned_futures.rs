//! Functions that are not `async` and return a future: it is timed from its first poll.

#![deny(warnings)]

use metrics_core::{Gauge, Histogram, LabelSet, MetricSet, Outcome, timed};
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type Unnamed<'a> = BoxFuture<'a, Result<u32, Error>>;
type Error = Box<dyn std::error::Error + Send + Sync>;

#[derive(LabelSet)]
struct ByPath<'a> {
    #[label(open, max = 10)]
    path: &'a str,
    outcome: Outcome,
}

/// Calls.
#[derive(MetricSet)]
#[metrics(prefix = "returned")]
struct Calls {
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram<ByPath<'static>>,
    /// In flight.
    in_flight: Gauge,
}

#[timed]
fn plain(text: &str) -> impl Future<Output = Result<u32, Error>> + Send {
    async move {
        if text.is_empty() {
            return Err("empty".into());
        }
        let n = text.parse()?;
        Ok(n)
    }
}

#[timed(Calls::time, labels(path), in_flight = Calls::in_flight)]
fn bound(path: &str) -> impl Future<Output = usize> {
    let len = path.len();
    async move { len + Calls::global().in_flight.get() as usize }
}

#[timed]
fn of_another(text: &str) -> impl Future<Output = Result<u32, Error>> {
    plain(text)
}

#[timed]
fn boxed(text: &str) -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send + '_>> {
    Box::pin(async move { Ok(text.parse()?) })
}

#[timed(Calls::time, labels(path))]
fn boxed_early(path: &str) -> BoxFuture<'_, Result<u32, Error>> {
    if path.is_empty() {
        return Box::pin(async { Err("empty".into()) });
    }
    let path = path.trim();
    Box::pin(async move { Ok(path.parse()?) })
}

#[timed]
fn boxed_elsewhere(text: &str) -> BoxFuture<'_, Result<u32, Error>> {
    boxed(text)
}

#[timed]
fn boxed_under_another_name(text: &str) -> Unnamed<'_> {
    std::boxed::Box::pin(async move {
        let n: u32 = text.parse()?;
        Ok(n)
    })
}

struct Client {
    base: String,
}

impl Client {
    #[timed]
    fn get<'a>(&'a self, path: &'a str) -> BoxFuture<'a, String> {
        Box::pin(async move { format!("{}{path}", self.base) })
    }

    #[timed]
    fn consume(self) -> impl Future<Output = usize> {
        async move { self.base.len() }
    }
}

fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return value;
        }
    }
}

fn send<T: Send>(value: T) -> T {
    value
}

fn main() {
    assert!(run(send(plain("1"))).is_ok() && run(plain("")).is_err());
    drop(plain("never polled"));
    assert_eq!(run(bound("/a")), 3);
    assert!(run(of_another("1")).is_ok());
    assert!(run(send(boxed("x"))).is_err());
    assert!(run(boxed_early("")).is_err() && run(boxed_early(" 1")).is_ok());
    assert!(run(boxed_elsewhere("1")).is_ok());
    assert!(run(boxed_under_another_name("x")).is_err());
    let client = Client { base: "http://".to_owned() };
    assert_eq!(run(client.get("a")), "http://a");
    assert_eq!(run(client.consume()), 7);

    let text = metrics_core::Registry::global().encode_text();
    let module = module_path!();
    for line in [
        "function_calls_total{function=\"plain\",module=\"$0\",outcome=\"ok\"} 2",
        "function_calls_total{function=\"plain\",module=\"$0\",outcome=\"error\"} 1",
        "function_calls_total{function=\"plain\",module=\"$0\",outcome=\"cancelled\"} 0",
        "returned_time_seconds_count{path=\"/a\",outcome=\"ok\"} 1",
        "returned_time_seconds_count{outcome=\"error\"} 1",
        "returned_time_seconds_count{path=\" 1\",outcome=\"ok\"} 1",
        "returned_in_flight 0",
        "function_calls_total{function=\"of_another\",module=\"$0\",outcome=\"ok\"} 1",
        "function_calls_total{function=\"boxed\",module=\"$0\",outcome=\"error\"} 1",
        "function_calls_total{function=\"boxed\",module=\"$0\",outcome=\"ok\"} 1",
        "function_calls_total{function=\"boxed_elsewhere\",module=\"$0\",outcome=\"ok\"} 1",
        "function_calls_total{function=\"boxed_under_another_name\",module=\"$0\",outcome=\"error\"} 1",
        "function_calls_total{function=\"get\",module=\"$0\",outcome=\"ok\"} 1",
        "function_calls_total{function=\"consume\",module=\"$0\",outcome=\"ok\"} 1",
    ] {
        let line = line.replace("$0", module);
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}
