use metrics_core::timed;

struct Request;

#[timed]
impl Request {
    fn send(&self) {}
}

fn main() {
    Request.send();
}
