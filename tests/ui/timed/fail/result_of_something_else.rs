use metrics_core::{timed};

#[timed(result)]
fn find() -> Option<u32> {
    None
}

fn main() {}
