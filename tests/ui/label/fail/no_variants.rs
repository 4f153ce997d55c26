use metrics_core::Label;

#[derive(Label)]
enum Provider {}

fn main() {}
