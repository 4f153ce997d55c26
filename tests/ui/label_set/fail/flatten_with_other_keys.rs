use metrics_core::LabelSet;

#[derive(LabelSet)]
struct Endpoint {
    secure: bool,
}

#[derive(LabelSet)]
struct ByEndpoint {
    #[label(flatten, name = "endpoint", open, max = 10, display)]
    endpoint: Endpoint,
}

fn main() {}
