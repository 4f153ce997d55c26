use metrics_core::Label;

#[derive(Label)]
#[label(discriminant)]
enum Status {
    NotFound = 404,
    #[label(name = "404")]
    Gone = 410,
}

fn main() {}
