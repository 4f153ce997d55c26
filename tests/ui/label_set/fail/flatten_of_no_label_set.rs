use metrics_core::{Label, LabelSet};

#[derive(Clone, Copy, Label)]
enum Method {
    Get,
}

#[derive(LabelSet)]
struct ByMethod {
    #[label(flatten)]
    method: Method,
    secure: bool,
}

fn main() {}
