use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath {
    #[label(open, max = 10, max = 20)]
    path: String,
}

fn main() {}
