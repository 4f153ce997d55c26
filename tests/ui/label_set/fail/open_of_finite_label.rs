use metrics_core::{Label, LabelSet};

#[derive(Clone, Copy, Label)]
enum Method {
    Get,
}

#[derive(LabelSet)]
struct ByMethod {
    #[label(open, max = 10)]
    method: Method,
}

fn main() {}
