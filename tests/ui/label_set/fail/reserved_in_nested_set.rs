use metrics_core::LabelSet;

#[derive(LabelSet)]
struct Limit {
    le: bool,
}

// one mistake
#[derive(LabelSet)]
struct ByLimit {
    #[label(flatten)]
    limit: Limit,
    secure: bool,
}

fn main() {}
