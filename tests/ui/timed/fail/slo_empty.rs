use metrics_core::timed;

#[timed(slo())]
fn send() {}

fn main() {
    send();
}
