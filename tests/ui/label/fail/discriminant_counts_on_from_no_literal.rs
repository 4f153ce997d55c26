use metrics_core::Label;

const TEAPOT: isize = 418;

#[derive(Label)]
#[label(discriminant)]
enum Status {
    #[label(name = "teapot")]
    Teapot = TEAPOT,
    AfterTeapot,
    Last,
}

fn main() {}
