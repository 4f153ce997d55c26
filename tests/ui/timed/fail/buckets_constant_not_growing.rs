use metrics_core::{timed};

const BUCKETS: &[f64] = &[1.0, 0.5];

#[timed(buckets = BUCKETS)]
fn send() {}

fn main() {}
