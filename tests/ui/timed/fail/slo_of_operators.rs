use metrics_core::timed;

#[timed(slo(p99 <= "250ms", success >= 99.9))]
fn send() {}

fn main() {
    send();
}
