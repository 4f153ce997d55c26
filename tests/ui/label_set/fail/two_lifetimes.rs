use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath<'a, 'b> {
    #[label(open, max = 10)]
    path: &'a str,
    #[label(open, max = 10)]
    host: &'b str,
}

fn main() {}
