use metrics_core::timed;

#[timed(colour = "blue")]
fn send() {}

fn main() {
    send();
}
