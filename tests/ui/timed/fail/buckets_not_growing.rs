use metrics_core::{timed};

#[timed(buckets = [1.0, 0.5])]
fn send() {}

fn main() {}
