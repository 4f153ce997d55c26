use metrics_core::LabelSet;

#[derive(LabelSet)]
struct Endpoint {
    secure: bool,
}

#[derive(LabelSet)]
struct ByEndpoint {
    endpoint: Endpoint,
}

fn main() {}
