use metrics_core::timed;

#[timed(slo(p99 < "1ms"), buckets = [0.01, 0.1])]
fn send() {}

fn main() {
    send();
}
