use metrics_core::timed;

#[timed(labels(method = 1))]
fn send() {}

fn main() {
    send();
}
