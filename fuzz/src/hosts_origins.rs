//! Who may read by name: the first line is a target, the others are headers, each with its first letter and a colon before
//! its value. Only names that are known are let in, and of pages those of the server itself and of the origin that is allowed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metrics_server::fuzzing::admits;

const NAME: &str = "metrics.example.com";
const ALLOWED: &str = "https://ops.example.com";
const HEADERS: [(&[u8], &str); 5] = [
    (b"h:", "host"),
    (b"o:", "origin"),
    (b"s:", "sec-fetch-site"),
    (b"m:", "sec-fetch-mode"),
    (b"d:", "sec-fetch-dest"),
];

fuzz_target!(|input: &[u8]| {
    let mut lines = input.split(|byte| *byte == b'\n');
    let target = lines.next().unwrap_or_default();
    let headers: Vec<_> = lines.filter_map(header).collect();
    let Some((by_host, by_origin)) = admits(target, &headers, &[NAME], &[ALLOWED]) else {
        return;
    };
    let all = |of: &str| -> Vec<&[u8]> {
        let headers = headers.iter().filter(|(name, _)| *name == of);
        headers.map(|(_, value)| *value).collect()
    };
    let first = |of: &str| all(of).first().copied().map(lower);

    if let Some(host) = first("host") {
        assert!(!by_host || is_known(&host), "{host}");
        assert!(
            by_host || host != NAME || !target.starts_with(b"/"),
            "{host}"
        );
    }
    let is_visit = all("sec-fetch-mode").first() == Some(&&b"navigate"[..])
        && all("sec-fetch-dest").first() == Some(&&b"document"[..]);
    let may = match (&all("origin")[..], all("sec-fetch-site").first()) {
        ([one], _) if *one == ALLOWED.as_bytes() => true,
        (_, Some(&b"same-origin" | &b"none")) => true,
        // what is no text is as if it were not there
        (_, Some(site)) if is_text(site) => is_visit,
        ([], _) => true,
        ([one], _) => {
            let host = all("host").first().copied().filter(|host| is_text(host));
            is_text(one) && host.is_some_and(|host| is_of(&lower(one), &lower(host)))
        }
        _ => false,
    };
    assert_eq!(by_origin, may);
});

fn header(line: &[u8]) -> Option<(&'static str, &[u8])> {
    HEADERS
        .iter()
        .find_map(|(begin, name)| Some((*name, line.strip_prefix(*begin)?)))
}

fn lower(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_ascii_lowercase()
}

fn is_text(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| (b' '..=b'~').contains(byte) || *byte == b'\t')
}

/// Whether nobody else can have this host lead to the server. It is looked at from its end, as resolvers look at names.
fn is_known(host: &str) -> bool {
    let host = host.trim_end_matches(|c: char| c.is_ascii_digit());
    let host = host.strip_suffix(':').unwrap_or(host);
    let host = host.rsplit('@').next().unwrap_or_default();
    let ends_in = |name: &str| {
        let before = host.trim_end_matches('.').strip_suffix(name);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    host.ends_with(']')
        || host.ends_with(|c: char| c == '.' || c.is_ascii_digit())
        || ends_in("localhost")
        || host == NAME
        // the port was the end of an address
        || host.split('.').all(|part| part.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether this is the origin of the host, with the port that it has or the scheme's own.
fn is_of(origin: &str, host: &str) -> bool {
    let Some((scheme, of)) = origin.split_once("://") else {
        return false;
    };
    let port = if scheme == "https" { ":443" } else { ":80" };
    of == host
        || of.strip_suffix(port) == Some(host)
        || host.strip_suffix(port) == Some(of)
        || of.strip_suffix(port).is_some() && of.strip_suffix(port) == host.strip_suffix(port)
}
