use metrics_core::LabelSet;

enum Method {
    Get,
}

#[derive(LabelSet)]
struct ByMethod {
    method: Method,
}

fn main() {}
