use metrics_core::Label;

#[derive(Label)]
#[label(rename = "snake_case")]
enum Provider {
    OpenAi,
}

fn main() {}
