use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByShare {
    #[label(name = "quantile")]
    share: bool,
}

fn main() {}
