use metrics_core::Label;

#[derive(Label)]
enum Provider {
    #[label(rename = "openai")]
    OpenAi,
}

fn main() {}
