use metrics_core::counted;

#[counted(slo(p99 < "250ms"))]
fn send() {}

fn main() {
    send();
}
