use metrics_core::Label;

/// Every mistake is shown, and nobody who uses the label sees another.
#[derive(Label)]
#[label(rename_all = "snake", colour = "red")]
enum Provider {
    OpenAi,
    #[label(name = "open_ai")]
    Other,
    Third(u8),
    Fourth { name: u8 },
}

#[derive(metrics_core::LabelSet)]
struct ByProvider {
    provider: Provider,
}

fn main() {
    let _ = Provider::VALUES;
    let _ = Provider::OpenAi.index();
    let _ = ByProvider { provider: Provider::Third(1) };
}
