use metrics_core::LabelSet;

#[derive(LabelSet)]
#[labels(max = 10)]
struct ByMethod {
    method: bool,
}

fn main() {}
