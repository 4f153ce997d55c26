//! Mistakes in the body are shown in the body, as without the attribute.

use metrics_core::timed;

#[timed]
fn wrong_type() -> u32 {
    "one"
}

#[timed]
fn nothing_expected() {
    1
}

#[timed]
async fn wrong_type_async() -> u32 {
    "one"
}

#[timed]
async fn nothing_expected_async() {
    1
}

#[timed]
fn wrong_error(text: &str) -> Result<u32, std::fmt::Error> {
    Ok(text.parse()?)
}

#[timed]
fn wrong_return(early: bool) -> u32 {
    if early {
        return "one";
    }
    1
}

fn main() {}
