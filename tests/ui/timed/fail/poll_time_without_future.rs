use metrics_core::{timed};

#[timed(poll_time)]
fn work() {}

fn main() {}
