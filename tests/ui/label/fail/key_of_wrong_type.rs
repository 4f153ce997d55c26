use metrics_core::Label;

#[derive(Label)]
enum Provider {
    #[label(name = OpenAi)]
    OpenAi,
}

fn main() {}
