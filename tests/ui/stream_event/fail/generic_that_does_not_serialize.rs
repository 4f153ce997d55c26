use metrics_core::StreamEvent;
use serde::Serialize;

struct Opaque;

#[derive(Serialize, StreamEvent)]
struct Wrapped<T> {
    what: T,
}

fn main() {
    Wrapped { what: 1 }.emit();
    Wrapped { what: Opaque }.emit();
}
