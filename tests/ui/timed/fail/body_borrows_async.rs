//! What the borrow checker refuses in the body of an async function is shown there, once, and named as without the attribute.

use metrics_core::timed;

struct Store {
    items: Vec<u32>,
}

impl Store {
    #[timed]
    async fn shared(&self) {
        self.items.push(1);
    }
}

#[timed]
async fn moved(items: Vec<u32>) -> usize {
    drop(items);
    items.len()
}

#[timed]
async fn borrowed(mut items: Vec<u32>) -> usize {
    let first = &items[0];
    items.push(1);
    *first as usize
}

#[timed]
async fn immutable(items: Vec<u32>) -> Vec<u32> {
    items.push(1);
    items
}

#[timed]
async fn out_of_a_reference(text: &Option<String>) -> String {
    text.unwrap()
}

#[timed]
async fn returned(text: String) -> &'static str {
    text.as_str()
}

#[timed]
async fn local() -> &'static str {
    let text = String::new();
    &text
}

#[timed]
async fn lifetimes<'a, 'b>(left: &'a str, right: &'b str) -> &'a str {
    if left.is_empty() { right } else { left }
}

fn main() {}
