use metrics_core::timed;

struct Client;

#[timed(name = "send", skip)]
impl Client {
    fn send(&self) {}
}

fn main() {}
