use metrics_core::StreamEvent;

#[derive(StreamEvent)]
#[event("hit")]
struct Hit {
    status: u16,
}

fn main() {
    Hit { status: 200 }.emit();
}
