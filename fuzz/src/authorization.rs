//! The header `Authorization`, one a line, each read as RFC 7617 and RFC 6750 say; or, behind `$`, a password's hash, of which
//! nothing is told.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metrics_server::fuzzing::{Brought, TOKEN, USER, authorization, password_hash};

/// What is longer is nobody's.
const LONGEST: usize = 1024;

fuzz_target!(|input: &[u8]| {
    if input.starts_with(b"$") {
        return hash(&String::from_utf8_lossy(input));
    }
    let headers: Vec<_> = input.split(|byte| *byte == b'\n').collect();
    let Some(brought) = authorization(&headers) else {
        return;
    };
    let expected = match &headers[..] {
        [one] => read(one).unwrap_or(Brought::Unreadable),
        _ => Brought::Unreadable,
    };
    assert_eq!(brought, expected);
});

fn hash(text: &str) {
    if let Err(sentence) = password_hash(text) {
        let secret: String = text.chars().skip(7).take(12).collect();
        assert!(!sentence.is_empty());
        assert!(
            secret.chars().count() < 12 || !sentence.contains(&secret),
            "{sentence}"
        );
    }
}

/// A header by the letter.
fn read(header: &[u8]) -> Option<Brought> {
    let is_text = |byte: &u8| (b' '..=b'~').contains(byte) || *byte == b'\t';
    let header = header
        .iter()
        .all(is_text)
        .then(|| String::from_utf8_lossy(header))?;
    let (scheme, value) = header.trim().split_once(' ')?;
    let value = value.trim();
    match scheme.to_lowercase().as_str() {
        "bearer" if value.len() <= LONGEST => {
            Some(Brought::Bearer(value.to_owned(), value == TOKEN))
        }
        "basic" => {
            let pair = String::from_utf8(decoded(value)?).ok()?;
            let (user, password) = pair.split_once(':')?;
            let is_wrong = |text: &str| text.len() > LONGEST || text.chars().any(char::is_control);
            if is_wrong(user) || is_wrong(password) {
                return None;
            }
            let is_known = user == USER;
            Some(Brought::Basic(
                user.to_owned(),
                password.to_owned(),
                is_known,
            ))
        }
        _ => None,
    }
}

/// Base64, with its padding or without, and with nothing left over.
fn decoded(text: &str) -> Option<Vec<u8>> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bare = text.trim_end_matches('=');
    let padding = text.len() - bare.len();
    if padding != 0 && (padding > 2 || !text.len().is_multiple_of(4)) {
        return None;
    }
    let mut bits = String::new();
    for letter in bare.chars() {
        let at = LETTERS.find(letter)?;
        bits += &format!("{at:06b}");
    }
    let rest = bits.len() % 8;
    let (whole, rest) = bits.split_at(bits.len() - rest);
    if rest.len() >= 6 || rest.contains('1') {
        return None;
    }
    let bytes = whole.as_bytes().chunks(8);
    bytes
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).ok()?, 2).ok())
        .collect()
}
