use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath<'a> {
    path: &'a str,
}

fn main() {}
