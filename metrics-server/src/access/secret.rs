//! A text that is shown to nobody: what of a configuration a log, an error or a `Debug` may never tell.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use zeroize::Zeroizing;

/// A password's hash, a token, or another text that nobody is shown. Its memory is cleared when it is dropped.
///
/// ```
/// use metrics_server::Secret;
///
/// let secret = Secret::from("open sesame");
/// assert_eq!(format!("{secret:?}"), "[secret]");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    #[cfg_attr(
        not(feature = "auth"),
        expect(dead_code, reason = "nobody asks for it")
    )]
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Only a text is one. What is none is not told: serde's own words would show it.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // any, so that every wrong type comes to the visitor
        deserializer.deserialize_any(Text)
    }
}

struct Text;

/// A visitor's methods for other types, which say what there is not, and not what there is.
macro_rules! refused {
    ($($method:ident($type:ty))*) => {$(
        fn $method<E: Error>(self, _: $type) -> Result<Secret, E> {
            Err(E::custom(NO_TEXT))
        }
    )*};
}

const NO_TEXT: &str = "expected a text, in quotes";

impl<'de> Visitor<'de> for Text {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, in quotes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
        Ok(text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Secret, E> {
        Ok(text.into())
    }

    refused! {
        visit_bool(bool)
        visit_i64(i64)
        visit_i128(i128)
        visit_u64(u64)
        visit_u128(u128)
        visit_f64(f64)
        visit_char(char)
        visit_bytes(&[u8])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_text_is_not_told() {
        for wrong in [
            json!(4711),
            json!(-4711),
            json!(47.11),
            json!(true),
            json!(["4711"]),
            json!({ "4711": "4711" }),
            json!(null),
        ] {
            let error = serde_json::from_value::<Secret>(wrong).expect_err("no text");
            let told = format!("{error} {error:?}");
            assert!(!told.contains("47"), "{told}");
            assert!(!told.contains("true"), "{told}");
            assert!(told.contains("expected a text"), "{told}");
        }
        let right: Secret = serde_json::from_value(json!("open sesame")).expect("a text");
        assert_eq!(&*right.0, "open sesame");
        assert_eq!(format!("{right:?}"), "[secret]");
    }
}
