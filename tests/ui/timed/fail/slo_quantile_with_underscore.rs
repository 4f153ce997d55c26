use metrics_core::timed;

#[timed(slo(p99_9 < "1s"))]
fn send() {}

fn main() {
    send();
}
