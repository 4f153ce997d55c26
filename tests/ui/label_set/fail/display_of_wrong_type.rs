use metrics_core::LabelSet;

struct Id(u64);

#[derive(LabelSet)]
struct ById {
    #[label(open, display, max = 10)]
    id: Id,
}

fn main() {}
