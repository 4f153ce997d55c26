use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByMethod {
    #[label(name = "http-method")]
    method: bool,
}

fn main() {}
