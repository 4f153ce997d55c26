use metrics_core::Label;

#[derive(Label)]
#[label(rename_all = "lowercase")]
enum Provider {
    OpenAi,
    Openai,
}

fn main() {}
