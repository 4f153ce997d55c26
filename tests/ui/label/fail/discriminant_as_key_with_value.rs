use metrics_core::Label;

#[derive(Label)]
#[label(discriminant = true)]
enum Status {
    NotFound = 404,
}

fn main() {}
