use metrics_core::{LabelSet};

#[derive(LabelSet)]
struct Set {
    #[label(name = "statusCode")]
    status: bool,
}

fn main() {}
