use metrics_core::LabelSet;

#[derive(LabelSet)]
struct Client {
    secure: bool,
}

#[derive(LabelSet)]
struct Server {
    local: bool,
    secure: bool,
}

#[derive(LabelSet)]
struct ByBoth {
    #[label(flatten)]
    client: Client,
    #[label(flatten)]
    server: Server,
}

fn main() {}
