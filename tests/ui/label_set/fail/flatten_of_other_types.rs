use metrics_core::{Label, LabelSet};

#[derive(Clone, Copy, Label)]
enum Method {
    Get,
}

#[derive(LabelSet)]
struct ByMethod {
    method: Method,
}

#[derive(LabelSet)]
struct Boxed {
    #[label(flatten)]
    by: Box<ByMethod>,
}

#[derive(LabelSet)]
struct InPath {
    #[label(flatten)]
    by: std::option::Option<ByMethod>,
}

#[derive(LabelSet)]
struct Borrowed<'a> {
    #[label(flatten)]
    by: &'a ByMethod,
}

fn main() {}
