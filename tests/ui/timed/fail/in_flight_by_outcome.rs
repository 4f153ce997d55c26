use metrics_core::timed;

include!("../calls.rs");

#[timed(Calls::time, in_flight = Calls::in_flight)]
fn send() {}

fn main() {}
