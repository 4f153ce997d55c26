use metrics_core::timed;

#[timed(slo(p99 < "250"))]
fn send() {}

fn main() {
    send();
}
