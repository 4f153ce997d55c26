use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByMethod(bool);

fn main() {}
