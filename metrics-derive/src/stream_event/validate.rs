//! The rules of events, one function each; from what was read to a model.

use proc_macro2::Span;
use syn::ext::IdentExt as _;

use super::model::Event;
use super::parse::Parsed;
use crate::attr::listed;
use crate::case::snake;
use crate::name::MAX_LEN;
use crate::report::Report;

/// What the stream's own frames are called.
const RESERVED: [&str; 8] = [
    "hello",
    "snapshot",
    "delta",
    "performance",
    "heartbeat",
    "resync",
    "error",
    "bye",
];

pub(super) fn validate(parsed: Parsed, report: &mut Report) -> Event {
    feature_is_on(&parsed, report);
    let (name, span) = name(&parsed);
    let broken = spelling(&name)
        .and_then(|()| is_free(&name))
        .and_then(|()| length(&name));
    if let Err(mistake) = broken {
        report.add(syn::Error::new(span, mistake));
    }
    Event {
        krate: parsed.krate,
        ident: parsed.ident,
        generics: parsed.generics,
        name,
    }
}

/// The trait is not there without it, which would be told in words that do not help.
fn feature_is_on(parsed: &Parsed, report: &mut Report) {
    if !cfg!(feature = "events") {
        report.mistake(
            &parsed.ident,
            "`StreamEvent` needs the feature `events`: `metrics-core = { version = \"…\", features = [\"events\"] }`",
        );
    }
}

/// The name that is given, or that of the struct; and where it stands.
fn name(parsed: &Parsed) -> (String, Span) {
    match &parsed.name {
        Some(name) => (name.value(), name.span()),
        None => (
            snake(&parsed.ident.unraw().to_string()),
            parsed.ident.span(),
        ),
    }
}

/// It stands in the query of an address, and in the program of whoever reads the stream.
fn spelling(name: &str) -> Result<(), String> {
    if is_spelt(name) {
        return Ok(());
    }
    let mend = mended(name);
    Err(format!(
        "`{name}` is not the name of an event, which has only the letters `a` to `z`, digits and `_`, and a letter at its start; write `#[event(\"{mend}\")]`"
    ))
}

fn is_spelt(name: &str) -> bool {
    let is_small = |c: char| c.is_ascii_lowercase();
    let is_part = |c: char| is_small(c) || c.is_ascii_digit() || c == '_';
    name.starts_with(is_small) && name.chars().all(is_part)
}

fn mended(name: &str) -> String {
    // the stream puts this before it
    let mend = snake(name.strip_prefix("metrics:").unwrap_or(name));
    if is_spelt(&mend) {
        mend
    } else {
        "some_name".to_owned()
    }
}

/// A frame of the stream has one type, and clients know these.
fn is_free(name: &str) -> Result<(), String> {
    if !RESERVED.contains(&name) {
        return Ok(());
    }
    let others = listed(RESERVED.into_iter().filter(|other| *other != name));
    Err(format!(
        "`{name}` is a frame of the stream itself, as are {others}; write another name: `#[event(\"app_{name}\")]`"
    ))
}

fn length(name: &str) -> Result<(), String> {
    let length = name.len();
    if length <= MAX_LEN {
        return Ok(());
    }
    Err(format!(
        "the name of an event has at most {MAX_LEN} characters, and this one has {length}"
    ))
}
