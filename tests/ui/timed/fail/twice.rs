use metrics_core::{counted, timed};

#[timed]
#[counted]
fn send() {}

struct Client;

#[timed]
#[timed]
impl Client {
    fn send(&self) {}
}

fn main() {}
