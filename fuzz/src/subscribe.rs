//! What a client of the stream says: as a message, or, behind a `?`, in the query with which it joins.
//! Every one is read or refused with a sentence, and what is read is within the limits of the protocol.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metrics_server::fuzzing::{message, subscription};

fuzz_target!(|input: &str| {
    let read = match input.strip_prefix('?') {
        Some(query) => subscription(query),
        None => message(input),
    };
    if let Err(sentence) = read {
        assert!(!sentence.is_empty());
    }
});
