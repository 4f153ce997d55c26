use metrics_core::StreamEvent;
use serde::Serialize;

#[derive(Serialize, StreamEvent)]
#[event("delta")]
struct Change {
    of: u16,
}

#[derive(Serialize, StreamEvent)]
struct Heartbeat {}

fn main() {
    Change { of: 1 }.emit();
    Heartbeat {}.emit();
}
