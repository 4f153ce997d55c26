use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByName {
    __name__: bool,
}

fn main() {}
