//! Samples, a line each: a name, labels, a number. Short ones are put together in one go, as most are.

use super::chunk::{Chunk, Line, Piece};
use super::number;
use crate::update::{Exemplar, Number};

/// `name{labels} n`, as most samples are. With the number by itself: a [`Number`] is stored in halves and copied whole,
/// for which the processor has to wait.
#[inline(always)]
pub(super) fn push_integer(out: &mut Chunk, name: &Piece, labels: &str, n: u64) {
    if let Some(mut line) = out.line()
        && !labels.is_empty()
        && write_integer(&mut line, name, labels, n).is_some()
    {
        let len = line.len;
        out.add(len);
    } else {
        push_long_sample(out, name, labels, Number::Unsigned(n));
    }
}

#[inline(always)]
fn write_integer(line: &mut Line<'_>, name: &Piece, labels: &str, n: u64) -> Option<()> {
    line.push_piece(name)?;
    line.push_text(labels.as_bytes())?;
    line.push_array(*b"} ")?;
    number::push_u64(line, n)?;
    line.push_array(*b"\n")
}

/// `name{labels} number`.
pub(super) fn push_sample(out: &mut Chunk, name: &Piece, labels: &str, number: Number) {
    let is_short = !labels.is_empty()
        && out.push_line(|line| {
            line.push_piece(name)?;
            line.push_text(labels.as_bytes())?;
            line.push_array(*b"} ")?;
            number::push_number(line, number)?;
            line.push_array(*b"\n")
        });
    if !is_short {
        push_long_sample(out, name, labels, number);
    }
}

#[cold]
#[inline(never)]
fn push_long_sample(out: &mut Chunk, name: &Piece, labels: &str, number: Number) {
    push_name(out, name, labels);
    push_long_line(out, &[], number);
}

/// `name{labels} `, or `name ` without labels.
fn push_name(out: &mut Chunk, name: &Piece, labels: &str) {
    let name = name.as_bytes();
    if labels.is_empty() {
        out.push(name.strip_suffix(b"{").unwrap_or(name));
        out.push(b" ");
    } else {
        for part in [name, labels.as_bytes(), b"} "] {
            out.push(part);
        }
    }
}

pub(super) fn push_long_line(out: &mut Chunk, parts: &[&[u8]], number: Number) {
    for part in parts {
        out.push(part);
    }
    number::push(out, number);
    out.push(b"\n");
}

/// `name{labels} seconds`, a time in seconds since 1970.
pub(super) fn push_time(out: &mut Chunk, name: &Piece, labels: &str, millis: u64) {
    push_name(out, name, labels);
    push_seconds(out, millis);
    out.push(b"\n");
}

/// ` # {labels} value seconds` at the end of the line that was written last.
pub(super) fn push_exemplar(out: &mut Chunk, exemplar: &Exemplar<'_>) {
    out.reopen_line();
    out.push(b" # {");
    out.push(exemplar.labels.as_str().as_bytes());
    out.push(b"} ");
    number::push(out, Number::Float(exemplar.value));
    out.push(b" ");
    push_seconds(out, exemplar.millis);
    out.push(b"\n");
}

/// Seconds with three places: whole milliseconds are exact so, which a double in between would not keep.
fn push_seconds(out: &mut Chunk, millis: u64) {
    let digit = |unit: u64| b'0' + (millis / unit % 10) as u8;
    // every number is short
    out.push_line(|line| {
        number::push_u64(line, millis / 1000)?;
        line.push_array([b'.', digit(100), digit(10), digit(1)])
    });
}
