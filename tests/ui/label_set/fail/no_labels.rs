use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByNothing {}

fn main() {}
