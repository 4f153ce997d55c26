use metrics_core::timed;

#[timed(slo(p99 < "30s"))]
fn send() {}

fn main() {
    send();
}
