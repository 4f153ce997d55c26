use metrics_core::{timed};

#[timed(skip)]
fn send() {}

fn main() {}
