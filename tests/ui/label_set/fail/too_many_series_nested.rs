use metrics_core::{LabelSet, Outcome};

#[derive(LabelSet)]
struct Outcomes {
    a: Option<Outcome>,
    b: Option<Outcome>,
    c: Option<Outcome>,
}

/// 5 * 5 * 5 * 5 * 2 combinations; without the `None`s they would be 512.
#[derive(LabelSet)]
struct ByOutcomes {
    #[label(flatten)]
    outcomes: Outcomes,
    d: Option<Outcome>,
    secure: bool,
}

fn main() {}
