use metrics_core::{timed};

#[timed(ok_if = |n: &u64| *n > 0)]
fn count() -> u32 {
    1
}

#[timed(ok_if = |n: &u32| *n)]
fn number() -> u32 {
    1
}

#[timed(error_if = u32::is_power_of_two)]
fn by_value() -> u32 {
    1
}

fn main() {}
