use metrics_core::timed;

#[timed(poll_time = true)]
async fn send() {}

fn main() {}
