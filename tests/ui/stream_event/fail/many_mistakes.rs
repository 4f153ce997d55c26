use metrics_core::StreamEvent;
use serde::Serialize;

#[derive(Serialize, StreamEvent)]
#[event("error", crates = metrics_core)]
struct Hit(#[event] u16, f64);

fn main() {
    Hit(200, 1.5).emit();
}
