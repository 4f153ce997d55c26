use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath {
    #[label(open, max = 10_000_000)]
    path: String,
}

fn main() {}
