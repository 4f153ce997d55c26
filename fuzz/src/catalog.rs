//! Two catalogues, with a NUL between them: each is read or refused with a sentence, what is read is the same when it was
//! written, and one beside itself has not changed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metrics_server::fuzzing::compare_catalogs;

fuzz_target!(|input: &str| {
    let (old, new) = input.split_once('\0').unwrap_or((input, input));
    if let Err(sentence) = compare_catalogs(old, new) {
        assert!(sentence.starts_with("it is "), "{sentence}");
    }
});
