//! Wrong types in the body are shown in the body, once, as without the attribute.

use metrics_core::timed;

#[timed]
fn tail(_: u32) -> u32 {
    "one"
}

#[timed]
fn no_value(items: &mut Vec<u32>) {
    items.pop()
}

#[timed]
fn semicolon(n: u32) -> u32 {
    n + 1;
}

#[timed]
fn no_end(n: u32) -> Result<u32, String> {
    if n > 1 {
        return Ok(n);
    }
}

#[timed]
fn unwrapped(n: u32) -> Result<u32, String> {
    n
}

#[timed]
fn empty_return(n: u32) -> u32 {
    if n > 1 {
        return;
    }
    n
}

#[timed]
fn not_boxed() -> Box<dyn std::fmt::Debug> {
    1
}

#[timed]
fn no_iterator() -> impl Iterator<Item = u32> {
    1
}

#[timed]
fn question_mark(n: Option<u32>) -> Result<u32, String> {
    Ok(n?)
}

#[timed]
fn error(text: &str) -> Result<u32, std::fmt::Error> {
    Ok(text.parse::<u32>()?)
}

#[timed]
fn no_result(text: &str) -> u32 {
    text.parse()?
}

fn main() {}
