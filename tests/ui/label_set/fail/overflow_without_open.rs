use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath {
    // one mistake
    #[label(overflow = "other", max = 10)]
    path: String,
}

fn main() {}
