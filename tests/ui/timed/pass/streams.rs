//! Functions that return a stream, whose call ends with the first item, with each item or with the stream.

#![deny(warnings)]

use futures_util::stream::{self, Stream};
use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, timed};
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

#[derive(Clone, Copy, Label)]
enum Model {
    Small,
    Large,
}

#[derive(Clone, Copy, LabelSet)]
struct ByModel {
    model: Model,
    outcome: Outcome,
}

/// Answers.
#[derive(MetricSet)]
#[metrics(prefix = "answers")]
struct Answers {
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram<ByModel>,
    /// Answers.
    calls: Counter<ByModel>,
    /// In flight.
    in_flight: Gauge,
}

type Token = Result<u32, String>;
type BoxStream<'a, T> = Pin<Box<dyn Stream<Item = T> + Send + 'a>>;
type Numbers = BoxStream<'static, u32>;

#[timed(Answers::time, labels(model = Model::Small), counter = Answers::calls, stream = first_item)]
fn first(tokens: Vec<Token>) -> impl Stream<Item = Token> {
    stream::iter(tokens)
}

#[timed(Answers::time, labels(model), stream = first_item, in_flight = Answers::in_flight)]
async fn connected(model: Model, fail: bool) -> Result<impl Stream<Item = Token>, String> {
    if fail {
        return Err("refused".to_owned());
    }
    Ok(stream::iter([Ok(1), Err("late".to_owned())]))
}

#[timed(stream = each_item)]
fn each(tokens: Vec<Token>) -> BoxStream<'static, Token> {
    Box::pin(stream::iter(tokens))
}

#[timed(stream = lifetime)]
fn whole(tokens: &[Token]) -> Pin<Box<dyn Stream<Item = Token> + '_>> {
    Box::pin(stream::iter(tokens.iter().cloned()))
}

#[timed(stream = lifetime)]
fn named() -> Numbers {
    Box::pin(stream::iter(0..3))
}

#[timed(stream = lifetime)]
async fn boxed_in_a_result() -> Result<BoxStream<'static, u32>, String> {
    Ok(Box::pin(stream::iter(0..3)))
}

fn next<S: Stream + ?Sized>(stream: Pin<&mut S>) -> Option<S::Item> {
    match stream.poll_next(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(item) => item,
        Poll::Pending => None,
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

fn all<S: Stream>(stream: S) -> usize {
    let mut stream = pin!(stream);
    std::iter::from_fn(|| next(stream.as_mut())).count()
}

fn main() {
    assert_eq!(all(first(vec![Ok(1), Err("late".to_owned())])), 2);
    assert_eq!(all(first(vec![Err("at once".to_owned())])), 1);
    assert_eq!(all(first(Vec::new())), 0);
    drop(first(vec![Ok(1)]));
    // a label set that is moved: the model is borrowed by nobody
    assert!(run(connected(Model::Large, true)).is_err());
    {
        let stream = run(connected(Model::Large, false)).expect("a stream");
        let mut stream = pin!(stream);
        assert_eq!(Answers::global().in_flight.get(), 1);
        assert_eq!(next(stream.as_mut()), Some(Ok(1)));
        assert_eq!(Answers::global().in_flight.get(), 0);
    }
    assert_eq!(all(each(vec![Ok(1), Ok(2), Err("bad".to_owned())])), 3);
    assert_eq!(all(whole(&[Ok(1), Err("bad".to_owned()), Ok(1)])), 3);
    {
        let tokens = [Ok(1), Ok(2)];
        assert_eq!(next(whole(&tokens).as_mut()), Some(Ok(1)));
    }
    assert_eq!(all(named()), 3);
    assert_eq!(all(run(boxed_in_a_result()).expect("a stream")), 3);

    let text = metrics_core::Registry::global().encode_text();
    let module = module_path!();
    for line in [
        "answers_time_seconds_count{model=\"small\",outcome=\"ok\"} 2",
        "answers_time_seconds_count{model=\"small\",outcome=\"error\"} 1",
        "answers_time_seconds_count{model=\"small\",outcome=\"cancelled\"} 1",
        "answers_calls_total{model=\"small\",outcome=\"ok\"} 2",
        "answers_time_seconds_count{model=\"large\",outcome=\"error\"} 1",
        "answers_time_seconds_count{model=\"large\",outcome=\"ok\"} 1",
        "answers_in_flight 0",
        "function_calls_total{function=\"each\",module=\"$0\",outcome=\"ok\"} 2",
        "function_calls_total{function=\"each\",module=\"$0\",outcome=\"error\"} 1",
        "function_calls_total{function=\"each\",module=\"$0\",outcome=\"cancelled\"} 0",
        "function_calls_total{function=\"whole\",module=\"$0\",outcome=\"ok\"} 0",
        "function_calls_total{function=\"whole\",module=\"$0\",outcome=\"error\"} 1",
        "function_calls_total{function=\"whole\",module=\"$0\",outcome=\"cancelled\"} 1",
        "function_calls_total{function=\"named\",module=\"$0\",outcome=\"ok\"} 1",
        "function_calls_total{function=\"boxed_in_a_result\",module=\"$0\",outcome=\"ok\"} 1",
    ] {
        let line = line.replace("$0", module);
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}
