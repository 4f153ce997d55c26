use metrics_core::timed;

#[timed(slo(p999 < "1s"))]
fn send() {}

fn main() {
    send();
}
