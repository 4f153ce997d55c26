use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByMethod {
    method: bool,
    #[label(name = "method")]
    verb: bool,
}

fn main() {}
