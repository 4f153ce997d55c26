//! Plain functions of every shape, each of which would compile without the attribute too.

#![deny(warnings)]

use metrics_core::{Registry, timed};
use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::io;
use std::num::ParseIntError;

/// Nothing in, nothing out.
#[timed]
fn nothing() {}

#[timed]
fn early(n: u32) {
    if n == 0 {
        return;
    }
    let _ = n - 1;
}

#[timed]
fn unit() -> () {
    nothing();
}

#[timed]
fn question_mark(text: &str) -> Result<u32, ParseIntError> {
    let n: u32 = text.parse()?;
    Ok(n + 1)
}

#[timed]
fn converts(text: &str) -> Result<u32, Box<dyn std::error::Error>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    Ok(text.parse::<u32>()?)
}

#[timed]
fn optional(text: &str) -> Option<char> {
    let first = text.chars().next()?;
    Some(first)
}

#[timed]
fn through_an_alias(fail: bool) -> io::Result<()> {
    if fail {
        Err(io::Error::other("on purpose"))?;
    }
    Ok(())
}

type Renamed = std::result::Result<(), ()>;

#[timed]
fn renamed() -> Renamed {
    Err(())
}

#[timed]
fn impl_argument(mut items: impl Iterator<Item = u32>, shown: impl Display) -> String {
    let sum: u32 = items.by_ref().sum();
    format!("{sum}{shown}")
}

#[timed]
fn impl_return(n: u32) -> impl Iterator<Item = u32> + Clone {
    (0..n).map(|i| i * 2)
}

#[timed]
fn impl_closure(text: String) -> impl Fn() -> usize {
    move || text.len()
}

#[timed]
fn impl_inside(fail: bool) -> Result<impl Debug, ParseIntError> {
    if fail {
        let n: u32 = "x".parse()?;
        return Ok(n);
    }
    Ok(5)
}

#[timed]
fn impl_borrowed<'a>(items: &'a [String], start: &'a str) -> impl Iterator<Item = &'a str> {
    items.iter().map(String::as_str).filter(move |item| item.starts_with(start))
}

#[timed]
fn coerced(left: bool) -> Box<dyn Fn(u32) -> u32> {
    if left { Box::new(|n| n) } else { Box::new(|n| n + 1) }
}

#[timed]
fn slice() -> &'static [u32] {
    &[1, 2, 3]
}

#[timed]
fn generic<'a, T: Debug + ?Sized, U>(value: &'a T, _other: U) -> &'a T
where
    U: Clone,
{
    value
}

#[timed]
fn elided(text: &str) -> &str {
    &text[1..]
}

#[timed]
fn elided_in_path(map: &HashMap<u8, u8>) -> std::collections::hash_map::Iter<'_, u8, u8> {
    map.iter()
}

#[timed]
fn mutable(items: &mut Vec<u32>) -> &mut u32 {
    items.push(1);
    let last = items.len() - 1;
    &mut items[last]
}

struct Node {
    value: u32,
    next: Option<Box<Node>>,
}

#[timed]
fn cursor(mut node: &mut Node) -> &mut u32 {
    while node.next.is_some() {
        let Some(next) = &mut node.next else { unreachable!() };
        node = next;
    }
    &mut node.value
}

#[timed]
fn constant<const N: usize>(items: [u32; N]) -> [u32; N] {
    items.map(|n| n + N as u32)
}

#[timed]
fn pattern((left, [right, ..]): (u32, [u32; 3]), Node { value, .. }: Node) -> u32 {
    left + right + value
}

#[timed]
fn mutable_argument(mut n: u32, mut text: String) -> String {
    n += 1;
    text.push_str(&n.to_string());
    text
}

#[timed]
fn recursive(n: u64) -> u64 {
    if n < 2 { n } else { recursive(n - 1) + recursive(n - 2) }
}

#[timed]
fn items_inside() -> u32 {
    use std::cmp::max;
    const ONE: u32 = 1;
    fn two() -> u32 {
        2
    }
    max(ONE, two())
}

#[timed]
fn labelled_loops(n: u32) -> u32 {
    let mut found = 0;
    'outer: for i in 0..n {
        for j in 0..n {
            if i * j == 6 {
                found = i;
                break 'outer;
            }
        }
    }
    found
}

#[timed]
fn same_names(timing: u32, result: u32, histogram: u32, labels: u32, gauge: u32) -> u32 {
    timing + result + histogram + labels + gauge
}

#[timed]
unsafe fn dangerous(pointer: *const u32) -> u32 {
    unsafe { *pointer }
}

#[timed]
extern "C" fn foreign(n: u32) -> u32 {
    n
}

#[timed]
pub(crate) extern "Rust" fn visible() {}

#[timed]
fn r#match() {}

/// Documented, and with attributes on both sides.
#[inline]
#[timed]
#[must_use]
#[allow(unused_variables, clippy::let_unit_value)]
#[cfg(all())]
fn attributes(#[allow(unused)] n: u32) -> u32 {
    let unused = 3;
    7
}

#[timed]
fn inner_attributes() -> u32 {
    #![allow(unused_variables)]
    let unused = 3;
    7
}

#[timed()]
fn empty_arguments() {}

#[timed]
fn one_line() -> u32 { 5 }

#[timed]
async fn one_line_async() -> Option<u32> { Some(5) }

#[timed]
fn one_line_never() -> ! { panic!("on purpose") }

#[timed]
async fn one_line_never_async() -> ! { panic!("on purpose") }

#[timed]
#[deprecated]
fn deprecated() {}

fn main() -> Result<(), ParseIntError> {
    nothing();
    early(0);
    early(1);
    unit();
    assert_eq!(question_mark("1")?, 2);
    assert!(question_mark("x").is_err());
    assert!(converts("").is_err() && converts("1").is_ok() && converts("x").is_err());
    assert_eq!((optional("a"), optional("")), (Some('a'), None));
    assert!(through_an_alias(true).is_err() && through_an_alias(false).is_ok());
    assert!(renamed().is_err());
    assert_eq!(impl_argument([1, 2].into_iter(), 'x'), "3x");
    assert!(impl_return(3).clone().eq([0, 2, 4]));
    assert_eq!(impl_closure("abc".to_owned())(), 3);
    assert!(impl_inside(true).is_err());
    assert_eq!(format!("{:?}", impl_inside(false)?), "5");
    assert_eq!(impl_borrowed(&["ab".to_owned(), "b".to_owned()], "a").count(), 1);
    assert_eq!(coerced(true)(1) + coerced(false)(1), 3);
    assert_eq!(slice().len(), 3);
    assert_eq!(generic("a", 1), "a");
    assert_eq!(elided("ab"), "b");
    assert_eq!(elided_in_path(&HashMap::new()).count(), 0);
    let mut items = Vec::new();
    *mutable(&mut items) += 1;
    assert_eq!(items, [2]);
    let last = Node { value: 2, next: None };
    let mut list = Node { value: 1, next: Some(Box::new(last)) };
    *cursor(&mut list) = 3;
    assert_eq!(list.next.map(|node| node.value), Some(3));
    assert_eq!(constant([1, 2]), [3, 4]);
    assert_eq!(pattern((1, [2, 3, 4]), Node { value: 5, next: None }), 8);
    assert_eq!(mutable_argument(1, "n".to_owned()), "n2");
    assert_eq!(recursive(5), 5);
    assert_eq!(items_inside(), 2);
    assert_eq!(labelled_loops(10), 1);
    assert_eq!(same_names(1, 2, 3, 4, 5), 15);
    assert_eq!(unsafe { dangerous(&5) }, 5);
    assert_eq!(foreign(1), 1);
    visible();
    r#match();
    assert_eq!(attributes(1) + inner_attributes(), 14);
    empty_arguments();
    assert_eq!(one_line(), 5);
    drop((one_line_async(), one_line_never_async()));
    assert!(std::panic::catch_unwind(|| one_line_never()).is_err());
    #[allow(deprecated)]
    deprecated();

    let text = Registry::global().encode_text();
    let module = module_path!();
    for (function, ok, error) in [
        ("nothing", 2, 0),
        ("early", 2, 0),
        ("question_mark", 1, 1),
        ("converts", 1, 2),
        ("optional", 2, 0),
        ("through_an_alias", 1, 1),
        ("renamed", 0, 1),
        ("impl_inside", 1, 1),
        ("recursive", 15, 0),
        ("match", 1, 0),
    ] {
        for (outcome, count) in [("ok", ok), ("error", error), ("panic", 0)] {
            let line = format!(
                "function_calls_total{{function=\"{function}\",module=\"{module}\",outcome=\"{outcome}\"}} {count}"
            );
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
    Ok(())
}
