use metrics_core::counted;

include!("../calls.rs");

#[counted(Calls::time)]
fn send() {}

fn main() {}
