//! What the borrow checker refuses in the body is shown there, once, and named as without the attribute.

use metrics_core::timed;

struct Store {
    items: Vec<u32>,
}

impl Store {
    #[timed]
    fn shared(&self) {
        self.items.push(1);
    }
}

#[timed]
fn moved(items: Vec<u32>) -> usize {
    drop(items);
    items.len()
}

#[timed]
fn borrowed(mut items: Vec<u32>) -> usize {
    let first = &items[0];
    items.push(1);
    *first as usize
}

#[timed]
fn immutable(items: Vec<u32>) -> Vec<u32> {
    items.push(1);
    items
}

#[timed]
fn out_of_a_reference(text: &Option<String>) -> String {
    text.unwrap()
}

#[timed]
fn returned(text: String) -> &'static str {
    text.as_str()
}

#[timed]
fn local() -> &'static str {
    let text = String::new();
    &text
}

#[timed]
fn lifetimes<'a, 'b>(left: &'a str, right: &'b str) -> &'a str {
    if left.is_empty() { right } else { left }
}

fn main() {}
