use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath {
    #[label(max = 50)]
    path: String,
}

fn main() {}
