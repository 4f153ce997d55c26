use metrics_core::StreamEvent;
use serde::Serialize;

#[derive(Serialize, StreamEvent)]
#[event("hit")]
struct Hit(u16, f64);

fn main() {
    Hit(200, 1.5).emit();
}
