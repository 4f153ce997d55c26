use metrics_core::Label;

#[derive(Label)]
union Provider {
    name: u8,
}

fn main() {}
