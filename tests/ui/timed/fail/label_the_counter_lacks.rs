use metrics_core::timed;

include!("../calls.rs");

#[timed(counter = Calls::calls, labels(method = "GET"))]
fn send() {}

fn main() {}
