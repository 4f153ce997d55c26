//! The doors for the targets of `fuzz/`, to what reads what clients, configurations and files say: each reads its input and
//! checks what must be true of whatever was read. Built with `--cfg fuzzing` alone; nothing here is a promise to anybody.

mod ask;

use actix_web::http::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue};
use actix_web::web;

use crate::filter::{MAX_PATTERN_LEN, Selection};
use crate::negotiate::Negotiated;
use crate::stream::fuzzing as stream;

#[cfg(feature = "auth")]
pub use crate::access::fuzzing::auth::{Brought, TOKEN, USER, authorization, password_hash};
pub use crate::access::fuzzing::{admits, networks};
pub use crate::artifacts::fuzzing::compare as compare_catalogs;
#[cfg(feature = "settings")]
pub use crate::settings::fuzzing::{FILE, settings};
pub use crate::stream::socket::fuzzing::{LONGEST_MESSAGE, MOST_FRAMES, Said, frames};
pub use ask::{Answer, ask};

/// What is answered to headers of these bytes; `None` where HTTP does not let them through.
///
/// It is a content type and a coding.
pub fn negotiate(accept: &[&[u8]], accept_encoding: &[&[u8]]) -> Option<(String, &'static str)> {
    let mut headers = HeaderMap::new();
    for value in accept {
        headers.append(ACCEPT, HeaderValue::from_bytes(value).ok()?);
    }
    for value in accept_encoding {
        headers.append(ACCEPT_ENCODING, HeaderValue::from_bytes(value).ok()?);
    }
    let negotiated = Negotiated::of(&headers);
    let content_type = negotiated.exposition.content_type();
    HeaderValue::from_str(&content_type).expect("what is answered is a header");
    Some((content_type, negotiated.coding.as_str()))
}

/// Reads the query of a scrape: what is accepted says the same when it is written down and read again.
///
/// # Errors
///
/// The sentence for the client.
pub fn selection(query: &str) -> Result<(), String> {
    let Ok(pairs) = web::Query::<Vec<(String, String)>>::from_query(query) else {
        return Err("no query".to_owned());
    };
    let selection = Selection::from_query(&pairs)?;
    let printed = selection.to_pairs();
    // what needs no escape in one kind of quotes may need many in another
    if printed
        .iter()
        .all(|(_, value)| value.len() <= MAX_PATTERN_LEN)
    {
        let again = Selection::from_query(&printed);
        assert_eq!(again, Ok(selection), "{printed:?}");
    }
    Ok(())
}

/// Reads the query with which a client joins the stream, and a message that it sends.
///
/// # Errors
///
/// The sentence for the client.
pub fn subscription(query: &str) -> Result<(), String> {
    let Ok(pairs) = web::Query::<Vec<(String, String)>>::from_query(query) else {
        return Err("no query".to_owned());
    };
    stream::query(&pairs)
}

/// Reads a message that a client of the stream sends.
///
/// # Errors
///
/// The sentence for the client.
pub fn message(text: &str) -> Result<(), String> {
    stream::message(text)
}
