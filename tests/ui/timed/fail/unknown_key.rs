use metrics_core::timed;

#[timed(name = "calls")]
fn send() {}

fn main() {
    send();
}
