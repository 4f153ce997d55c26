use metrics_core::timed;

#[timed(slo = "99.9")]
fn send() {}

fn main() {
    send();
}
