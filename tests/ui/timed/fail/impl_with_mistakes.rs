use metrics_core::{timed};

struct Client;

#[timed(colour = "blue")]
impl Client {
    const fn new() -> Self {
        Self
    }

    #[timed(slow = "soon")]
    fn send(&self) {}

    #[timed]
    #[timed]
    fn twice(&self) {}

    #[timed(stream = first_item)]
    fn receive(&self) {}
}

/// Nobody who uses it sees another error.
fn use_it() {
    let client = Client::new();
    client.send();
    client.twice();
    client.receive();
}

fn main() {}
