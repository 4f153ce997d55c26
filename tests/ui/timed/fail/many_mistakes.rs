use metrics_core::timed;

/// Every mistake is shown, and nobody who calls the function sees another.
#[timed(time, name = "calls", slow = "soon", labels(method = 1, method = 2), in_flight = gauge)]
const fn send(n: u32) -> u32 {
    n
}

fn main() {
    assert_eq!(send(1), 1);
}
