//! Names that are not there, in the body and in the signature.

use metrics_core::timed;

#[timed]
fn name(value: u32) -> u32 {
    vale + 1
}

#[timed]
async fn name_async(value: u32) -> u32 {
    vale + 1
}

#[timed]
fn returned() -> Strng {
    String::new()
}

#[timed]
async fn returned_async() -> Strng {
    String::new()
}

#[timed]
fn waits() -> u32 {
    std::future::ready(1).await
}

fn main() {}
