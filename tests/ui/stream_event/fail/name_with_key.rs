use metrics_core::StreamEvent;
use serde::Serialize;

#[derive(Serialize, StreamEvent)]
#[event(name = "hit")]
struct Hit {}

fn main() {
    Hit {}.emit();
}
