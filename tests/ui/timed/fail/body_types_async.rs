//! Wrong types in the body of an async function are shown in the body, once, as without the attribute.

use metrics_core::timed;

#[timed]
async fn tail(_: u32) -> u32 {
    "one"
}

#[timed]
async fn no_value(items: &mut Vec<u32>) {
    items.pop()
}

#[timed]
async fn semicolon(n: u32) -> u32 {
    n + 1;
}

#[timed]
async fn no_end(n: u32) -> Result<u32, String> {
    if n > 1 {
        return Ok(n);
    }
}

#[timed]
async fn unwrapped(n: u32) -> Result<u32, String> {
    n
}

#[timed]
async fn empty_return(n: u32) -> u32 {
    if n > 1 {
        return;
    }
    n
}

#[timed]
async fn not_boxed() -> Box<dyn std::fmt::Debug> {
    1
}

#[timed]
async fn no_iterator() -> impl Iterator<Item = u32> {
    1
}

#[timed]
async fn question_mark(n: Option<u32>) -> Result<u32, String> {
    Ok(n?)
}

#[timed]
async fn error(text: &str) -> Result<u32, std::fmt::Error> {
    Ok(text.parse::<u32>()?)
}

#[timed]
async fn no_result(text: &str) -> u32 {
    text.parse()?
}

async fn one() -> u32 {
    1
}

#[timed]
async fn no_await() -> u32 {
    one()
}

#[timed]
async fn no_await_before_question_mark() -> Result<u32, ()> {
    let n = std::future::ready(Ok::<u32, ()>(1))?;
    Ok(n)
}

fn main() {}
