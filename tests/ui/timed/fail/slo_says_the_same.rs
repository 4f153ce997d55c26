use metrics_core::timed;

#[timed(slo(p99 < "1s", p99.9 < "500ms"))]
fn send() {}

fn main() {
    send();
}
