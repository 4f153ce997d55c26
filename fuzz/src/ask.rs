//! A request: the first line is a method and a target, the others are headers. Whatever it is there is an answer, which is no
//! failure of ours, and has nothing in its headers that a client or a file system would take for something else.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metrics_server::fuzzing::ask;

fuzz_target!(|input: &[u8]| {
    let mut lines = input.split(|byte| *byte == b'\n');
    let line = lines.next().unwrap_or_default();
    let (method, target) = match line.strip_prefix(b"HEAD ") {
        Some(target) => ("HEAD", target),
        None => ("GET", line.strip_prefix(b"GET ").unwrap_or(line)),
    };
    let headers: Vec<_> = lines.filter_map(header).collect();
    let Some(answer) = ask(method, target, &headers) else {
        return;
    };
    assert!(answer.status < 500 || answer.status == 503, "{answer:?}");
    let header = |name| answer.header(name).map(String::from_utf8_lossy);
    assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"));
    // of a handshake the WebSocket library tells what is wrong
    let is_ours = !target.windows(7).any(|part| part == b"/stream");
    if answer.status >= 400 && method == "GET" && is_ours {
        let content_type = header("content-type");
        assert_eq!(content_type.as_deref(), Some("text/plain; charset=utf-8"));
        let sentence = std::str::from_utf8(&answer.body).expect("a sentence is UTF-8");
        assert!(
            sentence.ends_with('\n') && sentence.len() > 1,
            "{sentence:?}"
        );
    }
    if let Some(disposition) = header("content-disposition") {
        let file = disposition.strip_prefix("attachment; filename=\"");
        let file = file.and_then(|file| file.strip_suffix('"'));
        let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        assert!(
            file.is_some_and(|file| file.chars().all(is_plain)),
            "{disposition}"
        );
    }
});

fn header(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    Some((&line[..colon], line[colon + 1..].trim_ascii()))
}
