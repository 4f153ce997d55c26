//! How a body is compressed, by the client's `Accept-Encoding`.
//! Rules: RFC 9110, section 12.5.3. The `negotiate` of actix-web takes `*` for a leave to send identity even where
//! `identity;q=0` refuses it, so that it is not used.

use actix_web::http::header::{
    Encoding, HeaderValue, Preference, Quality, QualityItem, from_comma_delimited,
};

type Item = QualityItem<Preference<Encoding>>;

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    #[cfg(feature = "zstd")]
    Zstd,
    Gzip,
    Identity,
}

impl Coding {
    /// All, in our order of preference: zstd is both faster and smaller.
    const ALL: &[Self] = &[
        #[cfg(feature = "zstd")]
        Self::Zstd,
        Self::Gzip,
        Self::Identity,
    ];

    /// What suits these `Accept-Encoding` headers best; the bytes as they are for those who ask for nothing, or for
    /// nothing that there is: an answer can be read more often than a refusal.
    pub(crate) fn of<'h>(accept: impl Iterator<Item = &'h HeaderValue> + 'h) -> Self {
        // what is no coding is passed over; a header that is no text says nothing
        let accept: Vec<Item> = from_comma_delimited(accept).unwrap_or_default();
        let (mut chosen, mut liking) = (Self::Identity, (Quality::ZERO, false, false));
        for coding in Self::ALL {
            let of_this = coding.liking(&accept);
            if of_this.0 > Quality::ZERO && of_this > liking {
                (chosen, liking) = (*coding, of_this);
            }
        }
        chosen
    }

    /// How much a client likes this coding: its quality; whether it was named; and for the rest, which `*` stands for,
    /// whether there is nothing to it.
    fn liking(self, accept: &[Item]) -> (Quality, bool, bool) {
        let quality_of = |wanted: &Preference<Encoding>| {
            let items = accept.iter().filter(|item| item.item == *wanted);
            items.map(|item| item.quality).max()
        };
        let is_plain = self == Self::Identity;
        match quality_of(&Preference::Specific(self.encoding())) {
            Some(quality) => (quality, true, false),
            None => {
                // as it is, a body suits all who do not refuse it
                let unnamed = if is_plain {
                    Quality::MIN
                } else {
                    Quality::ZERO
                };
                let quality = quality_of(&Preference::Any).unwrap_or(unnamed);
                (quality, false, is_plain)
            }
        }
    }

    fn encoding(self) -> Encoding {
        match self {
            #[cfg(feature = "zstd")]
            Self::Zstd => Encoding::zstd(),
            Self::Gzip => Encoding::gzip(),
            Self::Identity => Encoding::identity(),
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            #[cfg(feature = "zstd")]
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[&'static str]) -> &'static str {
        let headers: Vec<_> = headers
            .iter()
            .map(|text| HeaderValue::from_static(text))
            .collect();
        Coding::of(headers.iter()).as_str()
    }

    #[test]
    fn what_is_liked_best_is_chosen() {
        let zstd = if cfg!(feature = "zstd") {
            "zstd"
        } else {
            "gzip"
        };
        for (accept, coding) in [
            // Prometheus, with and without `enable_compression`
            ("gzip", "gzip"),
            ("identity", "identity"),
            // Chrome and Firefox; curl --compressed
            ("gzip, deflate, br, zstd", zstd),
            ("deflate, gzip, br, zstd", zstd),
            ("GZip", "gzip"),
            ("gzip;q=0.5, zstd;q=0.4", "gzip"),
            ("gzip;q=0.5, identity", "identity"),
            ("br, deflate", "identity"),
            ("gzip;q=0", "identity"),
            ("*", "identity"),
            ("gzip;q=0.1, *", "identity"),
            ("gzip;q=0.5, *;q=0.1", "gzip"),
            ("", "identity"),
        ] {
            assert_eq!(answer(&[accept]), coding, "{accept}");
        }
        assert_eq!(answer(&[]), "identity");
    }

    #[test]
    fn who_refuses_identity_gets_something_else_where_that_is_possible() {
        let zstd = if cfg!(feature = "zstd") {
            "zstd"
        } else {
            "gzip"
        };
        for (accept, coding) in [
            ("identity;q=0, gzip;q=0.1", "gzip"),
            ("identity;q=0, *", zstd),
            ("identity;q=0, zstd;q=0, *", "gzip"),
            ("gzip, *;q=0", "gzip"),
            // nothing is left, and a 406 would help nobody
            ("identity;q=0", "identity"),
            ("*;q=0", "identity"),
            ("identity;q=0, gzip;q=0", "identity"),
        ] {
            assert_eq!(answer(&[accept]), coding, "{accept}");
        }
    }

    #[test]
    fn repeated_headers_are_one_list_and_what_cannot_be_read_is_passed_over() {
        assert_eq!(answer(&["br", "gzip"]), "gzip");
        assert_eq!(answer(&["gzip;q=high, ;;, gzip;q=0.1"]), "gzip");
        let unreadable = HeaderValue::from_bytes(b"gzip\xff").expect("what a header may hold");
        assert_eq!(Coding::of([&unreadable].into_iter()), Coding::Identity);
    }
}
