use metrics_core::timed;

#[timed(slo(success > 100))]
fn send() {}

fn main() {
    send();
}
