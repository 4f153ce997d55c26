use metrics_core::timed;

#[timed]
struct Request;

fn main() {}
