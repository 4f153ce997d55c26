use metrics_core::Label;

#[derive(Label)]
enum Status {
    Ok,
    Other(u16),
}

fn main() {}
