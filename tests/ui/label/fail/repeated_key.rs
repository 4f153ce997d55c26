use metrics_core::Label;

#[derive(Label)]
enum Provider {
    #[label(name = "a", name = "b")]
    OpenAi,
}

fn main() {}
