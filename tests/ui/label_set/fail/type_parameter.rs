use metrics_core::LabelSet;

#[derive(LabelSet)]
struct By<T> {
    value: T,
}

fn main() {}
