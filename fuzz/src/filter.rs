//! The query of a scrape: every one is read or refused with a sentence; what is read can be written down and read again.
//! The input is a selector, or, behind a `?`, a whole query.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metrics_server::fuzzing::selection;

fuzz_target!(|input: &str| {
    let query = match input.strip_prefix('?') {
        Some(query) => query.to_owned(),
        None => format!("match[]={}", escaped(input)),
    };
    if let Err(message) = selection(&query) {
        assert!(!message.is_empty());
    }
});

/// What a URL may hold of this text.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
