use metrics_core::timed;

struct Client;

#[timed]
impl Client {
    #[cfg_attr(unix, timed(skip))]
    fn send(&self) {}
}

fn main() {}
