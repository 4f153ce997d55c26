use metrics_core::{timed};

#[timed(error_label = |error| Kind::of(error))]
fn send() -> Result<(), ()> {
    Ok(())
}

fn main() {}
