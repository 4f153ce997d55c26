use metrics_core::timed;

include!("../calls.rs");

struct Client;

#[timed(Calls::missing)]
impl Client {
    fn send(&self) {}
}

fn main() {}
