use metrics_core::{timed};

#[timed(ok_if = |done| *done)]
fn work() {}

fn main() {}
