use metrics_core::timed;

include!("../calls.rs");

#[timed(poll_time = Calls::calls)]
async fn work() {}

fn main() {}
