use metrics_core::timed;

#[timed(stream = first_item)]
fn number() -> u32 {
    1
}

#[timed(stream = each_item)]
fn numbers() -> impl Iterator<Item = u32> {
    0..3
}

#[timed(stream = lifetime)]
async fn later() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
