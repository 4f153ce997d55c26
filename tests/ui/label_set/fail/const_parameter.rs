use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath<const N: usize> {
    #[label(open, max = 10)]
    path: String,
}

fn main() {}
