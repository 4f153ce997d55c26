//! `Accept` and `Accept-Encoding`: whatever bytes come, there is an answer, and it is one that the client named.
//! The lines of the input are headers; those that begin with `~` are of the second kind.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metrics_server::fuzzing::negotiate;

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

fuzz_target!(|input: &[u8]| {
    let lines = || input.split(|byte| *byte == b'\n');
    let accept: Vec<_> = lines().filter(|line| !line.starts_with(b"~")).collect();
    let encodings: Vec<_> = lines().filter_map(|line| line.strip_prefix(b"~")).collect();
    let Some((content_type, coding)) = negotiate(&accept, &encodings) else {
        return;
    };
    // by the same headers, the same answer
    assert_eq!(
        negotiate(&accept, &encodings),
        Some((content_type.clone(), coding))
    );

    let says = |headers: &[&[u8]], word: &str| {
        let says = |header: &&[u8]| {
            String::from_utf8_lossy(header)
                .to_lowercase()
                .contains(word)
        };
        headers.iter().any(says)
    };
    let essence = content_type.split(';').next().unwrap_or_default();
    let (kind, _) = essence.split_once('/').expect("a media type");
    assert!(
        content_type == TEXT
            || says(&accept, essence)
            || says(&accept, &format!("{kind}/*"))
            || says(&accept, "*/*"),
        "{content_type}"
    );
    // what there are several of was named to the letter
    for (parameter, of) in [("version=", "0.0.1"), ("escaping=", "")] {
        let told = content_type
            .split("; ")
            .find_map(|part| part.strip_prefix(parameter));
        if let Some(told) = told.filter(|told| told.contains(of)) {
            let asked = told == "underscores" && says(&accept, "dots") || says(&accept, told);
            assert!(
                asked
                    || content_type.starts_with(TEXT) && parameter == "version="
                    || says(&accept, "*"),
                "{content_type}"
            );
        }
    }
    assert!(
        coding == "identity" || says(&encodings, coding) || says(&encodings, "*"),
        "{coding}"
    );
});
