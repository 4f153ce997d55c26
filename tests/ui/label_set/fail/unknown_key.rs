use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByMethod {
    #[label(rename = "verb")]
    method: bool,
}

fn main() {}
