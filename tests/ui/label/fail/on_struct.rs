use metrics_core::Label;

#[derive(Label)]
struct Provider {
    name: u8,
}

fn main() {}
