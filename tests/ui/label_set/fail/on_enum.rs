use metrics_core::LabelSet;

#[derive(LabelSet)]
enum Method {
    Get,
}

fn main() {}
