use metrics_core::timed;

#[timed]
const fn double(n: u32) -> u32 {
    n * 2
}

fn main() {
    double(1);
}
