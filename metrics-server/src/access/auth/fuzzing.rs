//! What a request says of who sent it, and hashes as they are written, as the target `authorization` of `fuzz/` reads them.

use std::sync::OnceLock;

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};

use super::Auth;
use super::hash::Hash;
use super::known::Known;
use super::mac::Key;
use super::offered::Offered;
use crate::access::Secret;

/// The user that is known.
pub const USER: &str = "alice";
/// The token that is.
pub const TOKEN: &str = "0123456789abcdef";
const HASH: &str = "$2y$12$abcdefghijklmnopqrstuuOeZ2hQ32AyBh8ZYFFLfYoUxWKOV2GcS";

/// What a request brings.
#[derive(Debug, PartialEq, Eq)]
pub enum Brought {
    /// No header.
    Nothing,
    /// A user, a password, and whether the user is known.
    Basic(String, String, bool),
    /// A token, and whether it is right.
    Bearer(String, bool),
    /// A header that is none of these.
    Unreadable,
}

/// What a request with these headers brings; `None` where HTTP does not let them through.
pub fn authorization(values: &[&[u8]]) -> Option<Brought> {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).ok()?);
    }
    let offered = Offered::of(&headers);
    let (key, known) = known();
    let shown = format!("{offered:?}");
    Some(match &offered {
        Offered::Nothing => Brought::Nothing,
        Offered::Basic { user, password } => {
            assert_eq!(shown, "Basic { user: [secret], password: [secret] }");
            let claim = known.claim(user, key).expect("there is a user");
            Brought::Basic(
                user.text().to_owned(),
                password.text().to_owned(),
                !claim.is_unknown,
            )
        }
        Offered::Bearer(token) => {
            assert_eq!(shown, "Bearer([secret])");
            let code = key.code(&[token.text().as_bytes()]);
            Brought::Bearer(token.text().to_owned(), known.has_token(&code))
        }
        Offered::Unreadable => Brought::Unreadable,
    })
}

fn known() -> &'static (Key, Known) {
    static KNOWN: OnceLock<(Key, Known)> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let key = Key::random().expect("random bytes");
        let (known, problems) = Known::read(&Auth::new().user(USER, HASH).token(TOKEN), &key, None);
        assert_eq!(problems, Vec::<String>::new());
        (key, known)
    })
}

/// Reads a hash as it is written in a configuration.
///
/// # Errors
///
/// What is wrong with it.
pub fn password_hash(text: &str) -> Result<(), String> {
    Hash::read(Secret::from(text), USER).map(drop)
}
