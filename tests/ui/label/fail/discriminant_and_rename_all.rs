use metrics_core::Label;

#[derive(Label)]
#[label(discriminant, rename_all = "kebab-case")]
enum Status {
    NotFound = 404,
}

fn main() {}
