use metrics_core::LabelSet;

#[derive(LabelSet)]
struct Endpoint<'a> {
    #[label(open, max = 10)]
    path: &'a str,
    secure: bool,
}

#[derive(LabelSet)]
struct ByEndpoint<'a> {
    #[label(flatten)]
    endpoint: Endpoint<'a>,
    #[label(name = "path")]
    has_path: bool,
}

fn main() {}
