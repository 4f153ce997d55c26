use metrics_core::timed;

#[timed(slo(errors < 0.1))]
fn send() {}

fn main() {
    send();
}
