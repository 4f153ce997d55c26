use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath<'a> {
    path: Option<&'a str>,
}

fn main() {}
