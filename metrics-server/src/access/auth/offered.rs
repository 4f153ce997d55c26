//! What a request says of who sent it: the header `Authorization`, read. Sources: RFC 7617 (Basic), RFC 6750 (Bearer).

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};

use crate::access::Secret;

/// Longer credentials are nobody's: they are wrong without any work.
const LONGEST: usize = 1024;

/// The credentials that a request brings.
#[derive(Debug)]
pub(super) enum Offered {
    /// None: browsers begin so.
    Nothing,
    /// A user and a password.
    Basic { user: Secret, password: Secret },
    /// A token.
    Bearer(Secret),
    /// Something that is none of these.
    Unreadable,
}

impl Offered {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut all = headers.get_all(AUTHORIZATION);
        match (all.next(), all.next()) {
            (None, _) => Self::Nothing,
            (Some(one), None) => one.to_str().ok().and_then(read).unwrap_or(Self::Unreadable),
            // of two, one could be what a proxy has checked and the other what we would
            (Some(_), Some(_)) => Self::Unreadable,
        }
    }
}

fn read(header: &str) -> Option<Offered> {
    let (scheme, rest) = header.trim().split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return (rest.len() <= LONGEST).then(|| Offered::Bearer(rest.into()));
    }
    if !scheme.eq_ignore_ascii_case("basic") || rest.len() > 4 * LONGEST {
        return None;
    }
    // clients differ in whether they pad; none pads by half
    let base64 = if rest.ends_with('=') {
        BASE64_STANDARD
    } else {
        BASE64_STANDARD_NO_PAD
    };
    let decoded = base64.decode(rest).ok()?;
    // one text, so that what is not used of it is cleared as well
    let decoded = Secret::from(String::from_utf8(decoded).ok()?);
    let (user, password) = decoded.text().split_once(':')?;
    // bcrypt would take a password for another in which a NUL comes
    let is_right = |text: &str| text.len() <= LONGEST && !text.contains(char::is_control);
    (is_right(user) && is_right(password)).then(|| Offered::Basic {
        user: user.into(),
        password: password.into(),
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn offered(headers: &[&str]) -> String {
        let mut request = TestRequest::default();
        for header in headers {
            request = request.append_header((AUTHORIZATION, *header));
        }
        match Offered::of(request.to_http_request().headers()) {
            Offered::Nothing => "nothing".to_owned(),
            Offered::Basic { user, password } => format!("{} | {}", user.text(), password.text()),
            Offered::Bearer(token) => token.text().to_owned(),
            Offered::Unreadable => "unreadable".to_owned(),
        }
    }

    fn basic(text: impl AsRef<[u8]>) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(text))
    }

    #[test]
    fn credentials_are_read_as_they_are_sent() {
        assert_eq!(offered(&[]), "nothing");
        assert_eq!(
            offered(&[&basic("alice:open sesame")]),
            "alice | open sesame"
        );
        assert_eq!(offered(&[&basic("alice:a:b:")]), "alice | a:b:");
        assert_eq!(offered(&[&basic("alice:")]), "alice | ");
        assert_eq!(offered(&[&basic("älice:grün")]), "älice | grün");
        assert_eq!(offered(&["bAsIc YTpi"]), "a | b");
        assert_eq!(offered(&["Basic   YTo="]), "a | ");
        assert_eq!(offered(&["Basic YTo"]), "a | ");
        assert_eq!(offered(&["bearer abc.def"]), "abc.def");
        let long = "x".repeat(1024);
        assert_eq!(
            offered(&[&basic(format!("a:{long}"))]),
            format!("a | {long}")
        );
    }

    #[test]
    fn what_nobody_has_is_not_looked_up() {
        for headers in [
            &["Basic"][..],
            &[""],
            &["YTpi"],
            &["Basic YTpi", "Basic YTpi"],
            &["Basic a:b"],
            &["Basic YTpiYWxhbw="],
            &["Basic YTpi="],
            &["Basic YTo=="],
            &["Digest username=\"a\""],
            &[&basic("alice")],
            &[&basic(b"alice:\xff")],
            &[&basic("alice:a\0b")],
            &[&basic(format!("a:{}", "x".repeat(1025)))],
            &[&basic("x".repeat(10_000))],
            &[&format!("Bearer {}", "x".repeat(1025))],
        ] {
            assert_eq!(offered(headers), "unreadable", "{headers:?}");
        }
    }
}
