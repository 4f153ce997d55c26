use metrics_core::timed;

#[timed(slo(p100 < "1s"))]
fn send() {}

fn main() {
    send();
}
