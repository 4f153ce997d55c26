use metrics_core::Label;

#[derive(Label)]
enum Provider {
    #[label(name = "")]
    Unknown,
}

fn main() {}
