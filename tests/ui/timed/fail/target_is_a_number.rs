use metrics_core::{timed};

#[timed(1 + 1)]
fn send() {}

fn main() {}
