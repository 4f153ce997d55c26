use metrics_core::timed;

#[timed(slo(success > 999))]
fn send() {}

fn main() {
    send();
}
