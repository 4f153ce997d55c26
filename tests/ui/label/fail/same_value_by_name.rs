use metrics_core::Label;

#[derive(Label)]
enum Provider {
    OpenAi,
    #[label(name = "open_ai")]
    Other,
}

fn main() {}
