use metrics_core::Label;

const TEAPOT: isize = 418;

#[derive(Label)]
#[label(discriminant)]
enum Status {
    Teapot = TEAPOT,
    // no second mistake
    AfterTeapot,
}

fn main() {}
