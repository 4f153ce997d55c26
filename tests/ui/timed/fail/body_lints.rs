//! Lints of the body and of the function are those without the attribute: each once, in its place.

#![deny(warnings)]

use metrics_core::timed;

#[timed]
pub fn unused(argument: u32) {
    let variable = 1;
}

#[timed]
pub async fn unused_async(argument: u32) {
    let variable = 1;
}

#[timed]
pub fn needless(mut n: u32) -> u32 {
    let mut m = (n);
    m
}

#[timed]
pub async fn needless_async(mut n: u32) -> u32 {
    let mut m = (n);
    m
}

#[timed]
pub fn unreachable(n: u32) -> u32 {
    return n;
    n + 1
}

#[timed]
pub async fn unreachable_async(n: u32) -> u32 {
    return n;
    n + 1
}

#[timed]
pub fn forgotten(text: &str) {
    text.parse::<u32>();
}

#[timed]
pub async fn forgotten_async(text: &str) {
    unused_async(1);
}

#[timed]
pub fn Named(Argument: u32) -> u32 {
    Argument
}

fn main() {
    let _ = (unused, needless, unreachable, forgotten, Named);
    let _ = (unused_async, needless_async, unreachable_async, forgotten_async);
}
