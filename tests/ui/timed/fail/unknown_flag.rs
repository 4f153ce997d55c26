use metrics_core::timed;

#[timed(async)]
fn send() {}

fn main() {
    send();
}
