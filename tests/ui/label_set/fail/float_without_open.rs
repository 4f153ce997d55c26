use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByCode {
    code: f64,
}

fn main() {}
