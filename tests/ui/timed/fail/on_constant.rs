use metrics_core::timed;

#[timed]
const LIMIT: u32 = 1;

fn main() {
    let _ = LIMIT;
}
