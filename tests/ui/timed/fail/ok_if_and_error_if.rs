use metrics_core::{timed};

#[timed(ok_if = |n| *n > 0, error_if = |n| *n == 0, result)]
fn count() -> u32 {
    1
}

fn main() {}
