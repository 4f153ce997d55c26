use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath {
    #[label(open, max = 10, overflow = "")]
    path: String,
}

fn main() {}
