use metrics_core::timed;

#[timed(slo(success > 90))]
fn send() {}

fn main() {
    send();
}
