use metrics_core::timed;

struct Client;

#[timed(slo(p50 < "250ms"))]
impl Client {
    fn send(&self) {}

    fn receive(&self) {}
}

fn main() {
    Client.send();
    Client.receive();
}
