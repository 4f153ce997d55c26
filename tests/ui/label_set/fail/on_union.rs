use metrics_core::LabelSet;

#[derive(LabelSet)]
union ByMethod {
    method: bool,
}

fn main() {}
