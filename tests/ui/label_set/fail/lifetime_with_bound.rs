use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByPath<'a: 'static> {
    #[label(open, max = 10)]
    path: &'a str,
}

#[derive(LabelSet)]
struct ByHost<'a>
where
    'a: 'static,
{
    #[label(open, max = 10)]
    host: &'a str,
}

fn main() {}
