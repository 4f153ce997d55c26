use metrics_core::{timed};

#[timed(slow = "500")]
fn work() {}

#[timed(slow = "0s")]
fn rest() {}

fn main() {}
