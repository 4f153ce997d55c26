//! Async functions of every shape; their futures stay `Send` where they were.

#![deny(warnings)]

use metrics_core::{Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, timed};
use std::cell::Cell;
use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::num::ParseIntError;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

#[derive(Clone, Copy, Label)]
enum Side {
    Left,
    Right,
}

#[derive(LabelSet)]
struct BySide<'a> {
    side: Side,
    #[label(open, max = 10)]
    path: &'a str,
    #[label(open, max = 10)]
    code: u16,
    outcome: Outcome,
}

#[derive(LabelSet)]
struct ByUser {
    #[label(open, max = 10)]
    user: String,
}

/// Calls.
#[derive(MetricSet)]
#[metrics(prefix = "asynchronous")]
struct Calls {
    /// Time.
    #[metric(unit = "seconds")]
    time: Histogram<BySide<'static>>,
    /// Time by user.
    #[metric(unit = "seconds")]
    user_time: Histogram<ByUser>,
    /// In flight.
    in_flight: Gauge,
}

/// Is pending once.
async fn pause() {
    let mut paused = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[timed(Calls::time, labels(side, path, code = 200), in_flight = Calls::in_flight)]
async fn borrowed(side: Side, path: &str, buffer: &mut Vec<u8>) -> usize {
    pause().await;
    buffer.extend(path.bytes());
    buffer.len()
}

#[timed(Calls::time, labels(side = Side::Right, path = &path[1..], code = code + 1))]
async fn question_mark<'a>(path: &'a str, code: u16) -> Result<&'a str, ParseIntError> {
    let _: u32 = path.parse()?;
    pause().await;
    Ok(path)
}

#[timed(Calls::user_time, labels(user = user.clone()))]
async fn owned(user: String) -> String {
    pause().await;
    user
}

#[timed]
async fn early(n: u32) {
    if n == 0 {
        return;
    }
    pause().await;
}

#[timed]
async fn through_an_alias(fail: bool) -> io::Result<()> {
    pause().await;
    if fail {
        return Err(io::Error::other("on purpose"));
    }
    Ok(())
}

#[timed]
async fn converts(text: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    if text.is_empty() {
        Err("empty")?;
    }
    Ok(text.parse()?)
}

#[timed]
async fn impl_trait(n: impl Debug + Send) -> impl Debug {
    pause().await;
    format!("{n:?}")
}

#[timed]
async fn impl_inside() -> Result<impl Debug, ParseIntError> {
    let n: u32 = "1".parse()?;
    Ok(n)
}

#[timed]
async fn boxed(left: bool) -> Box<dyn Fn() -> u32 + Send> {
    if left {
        return Box::new(|| 1);
    }
    pause().await;
    Box::new(|| 2)
}

#[timed]
async fn generic<'a, T: AsRef<str> + ?Sized + Sync, const N: usize>(text: &'a T) -> [&'a str; N] {
    use std::array::from_fn;
    pause().await;
    from_fn(|_| text.as_ref())
}

#[timed]
fn recursive(n: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    #[timed]
    async fn step(n: u32) -> u32 {
        if n == 0 { 0 } else { recursive(n - 1).await + 1 }
    }
    Box::pin(step(n))
}

#[timed]
async fn not_sync(cell: Cell<u32>) -> u32 {
    cell.set(1);
    pause().await;
    cell.get()
}

#[timed]
async fn same_names(timing: u32, mut result: u32) -> u32 {
    pause().await;
    result += timing;
    result
}

#[timed]
async unsafe fn dangerous() {}

#[timed]
async fn moves(items: Vec<u32>) -> usize {
    let task = async move { items.len() };
    pause().await;
    task.await
}

fn run<F: Future + Send>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return value;
        }
    }
}

fn main() {
    let mut buffer = Vec::new();
    assert_eq!(run(borrowed(Side::Left, "/a", &mut buffer)), 2);
    assert_eq!(run(question_mark("1", 1)), Ok("1"));
    assert!(run(question_mark("x", 1)).is_err());
    assert_eq!(run(owned("u".to_owned())), "u");
    run(early(0));
    run(early(1));
    assert!(run(through_an_alias(true)).is_err() && run(through_an_alias(false)).is_ok());
    assert!(run(converts("")).is_err() && run(converts("1")).is_ok());
    assert_eq!(format!("{:?}", run(impl_trait(1))), "\"1\"");
    assert_eq!(format!("{:?}", run(impl_inside())), "Ok(1)");
    assert_eq!(run(boxed(true))() + run(boxed(false))(), 3);
    assert_eq!(run(generic::<str, 2>("a")), ["a", "a"]);
    assert_eq!(run(recursive(3)), 3);
    assert_eq!(run(not_sync(Cell::new(0))), 1);
    assert_eq!(run(same_names(1, 2)), 3);
    run(unsafe { dangerous() });
    assert_eq!(run(moves(vec![1])), 1);

    let text = metrics_core::Registry::global().encode_text();
    let module = module_path!();
    for line in [
        "asynchronous_time_seconds_count{side=\"left\",path=\"/a\",code=\"200\",outcome=\"ok\"} 1",
        "asynchronous_time_seconds_count{side=\"right\",code=\"2\",outcome=\"error\"} 1",
        "asynchronous_user_time_seconds_count{user=\"u\"} 1",
        "function_calls_total{function=\"step\",module=\"$0\",outcome=\"ok\"} 4",
        "function_calls_total{function=\"through_an_alias\",module=\"$0\",outcome=\"error\"} 1",
    ] {
        let line = line.replace("$0", module);
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}
