use metrics_core::LabelSet;

#[derive(LabelSet)]
#[label(max_series = 4096)]
struct ByMethod {
    method: bool,
}

fn main() {}
