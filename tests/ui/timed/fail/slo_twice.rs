use metrics_core::timed;

#[timed(slo(p99 < "250ms", p99.0 < "1s", success > 99, success > 99.9))]
fn send() {}

fn main() {
    send();
}
