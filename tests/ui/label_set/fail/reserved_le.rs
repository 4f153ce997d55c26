use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByLimit {
    le: bool,
}

fn main() {}
