use metrics_core::StreamEvent;
use serde::Serialize;

#[derive(Serialize, StreamEvent)]
#[event("order")]
enum Order {
    Placed,
    Paid { cents: u64 },
}

fn main() {
    Order::Placed.emit();
    Order::Paid { cents: 1 }.emit();
}
