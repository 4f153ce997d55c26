use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByMethod {
    #[labels(name = "verb")]
    method: bool,
}

fn main() {}
