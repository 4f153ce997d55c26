use metrics_core::timed;

#[timed(slo(success > "99.9%"))]
fn send() {}

fn main() {
    send();
}
