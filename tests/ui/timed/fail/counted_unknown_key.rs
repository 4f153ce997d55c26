use metrics_core::{counted};

#[counted(slow = "1s")]
fn send() {}

fn main() {}
