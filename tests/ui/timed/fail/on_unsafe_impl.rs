use metrics_core::timed;

struct Request(*const u8);

#[timed]
unsafe impl Send for Request {}

fn main() {}
