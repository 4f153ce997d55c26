//! What nobody calls is dead code, as without the attribute, though it is known at link time.

#![deny(dead_code)]

use metrics_core::timed;

#[timed]
fn dead() {}

#[timed]
async fn dead_async() {}

struct Store;

impl Store {
    #[timed]
    fn dead_method(&self) {}
}

fn main() {
    let _ = Store;
}
