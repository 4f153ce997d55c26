use metrics_core::StreamEvent;
use serde::Serialize;

#[derive(Serialize, StreamEvent)]
struct Hit {
    #[event("code")]
    status: u16,
}

fn main() {
    Hit { status: 1 }.emit();
}
