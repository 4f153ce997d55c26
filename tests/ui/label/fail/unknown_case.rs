use metrics_core::Label;

#[derive(Label)]
#[label(rename_all = "Snake_Case")]
enum Provider {
    OpenAi,
}

fn main() {}
