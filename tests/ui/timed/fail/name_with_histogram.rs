use metrics_core::timed;

include!("../calls.rs");

#[timed(Calls::time, name = "send", buckets = [1.0])]
fn send() {}

fn main() {}
