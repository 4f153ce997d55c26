use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath<'a: 'static> {
    #[label(open, max = 10)]
    path: &'a str,
}

fn main() {}
