use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath {
    #[label(open)]
    path: String,
}

fn main() {}
