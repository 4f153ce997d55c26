use metrics_core::timed;

#[timed(slo(p99 < "300ms"))]
fn send() {}

fn main() {
    send();
}
