use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath<'a> {
    #[label(open(10))]
    path: &'a str,
    #[label(open = true, max = 10)]
    host: &'a str,
    #[label(flatten = true)]
    rest: Rest,
}

#[derive(LabelSet)]
struct Rest {
    #[label(open, display = true, max = 10)]
    code: f64,
    #[label(open, max = 10u8)]
    zone: u64,
}

fn main() {}
