use metrics_core::timed;

include!("../calls.rs");

#[timed(Calls::error_time, error_label = |_| Kind::Timeout)]
fn send() -> Option<u32> {
    Some(Kind::Refused as u32)
}

fn main() {}
