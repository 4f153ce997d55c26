use metrics_core::timed;

#[timed(slo(p50 < "250ms", p90 < "1s"))]
fn send() {}

fn main() {
    send();
}
