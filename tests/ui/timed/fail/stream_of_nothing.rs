use metrics_core::{timed};

#[timed(stream = first_item)]
fn work() {}

fn main() {}
