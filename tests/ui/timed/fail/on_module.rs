use metrics_core::timed;

#[timed]
mod requests {
    pub fn send() {}
}

fn main() {
    requests::send();
}
