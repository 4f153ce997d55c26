use metrics_core::{Label, LabelSet};

#[derive(Clone, Copy, Label)]
enum Digit {
    Zero,
    One,
    Two,
    Three,
    Four,
    Five,
    Six,
    Seven,
    Eight,
    Nine,
}

#[derive(LabelSet)]
struct ByDigits {
    a: Digit,
    b: Digit,
    c: Digit,
    d: Digit,
}

fn main() {}
