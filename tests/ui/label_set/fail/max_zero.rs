use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath {
    #[label(open, max = 0)]
    path: String,
}

fn main() {}
