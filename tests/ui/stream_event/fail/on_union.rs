use metrics_core::StreamEvent;

#[derive(StreamEvent)]
union Either {
    a: u32,
    b: f32,
}

fn main() {}
