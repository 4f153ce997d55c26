use metrics_core::LabelSet;

#[derive(LabelSet)]
struct ByCode {
    code: u16,
}

fn main() {}
