use metrics_core::timed;

#[timed(slo(p99 < 250ms))]
fn send() {}

fn main() {
    send();
}
