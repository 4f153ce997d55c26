//! Password hashes: bcrypt alone, which `htpasswd -B` and the exporters' `web.yml` have. argon2 would want as much memory
//! for each wrong guess as the rest of a small program.

use bcrypt::HashParts;

use crate::access::Secret;

/// The most that a guess may cost: about a second. A file could else ask for hours.
const MAX_COST: u32 = 14;

/// A hash that can be verified.
#[derive(Clone, Debug)]
pub(super) struct Hash(Secret);

impl Hash {
    /// The hash of this user, or what is wrong with it.
    pub(super) fn read(text: Secret, user: &str) -> Result<Self, String> {
        // `$2x$` is of an implementation that had a flaw
        let is_right = ["$2a$", "$2b$", "$2y$"]
            .iter()
            .any(|version| text.text().starts_with(version));
        let parts = text.text().parse::<HashParts>().ok().filter(|_| is_right);
        let user = user.escape_debug();
        match parts.map(|parts| parts.get_cost()) {
            None => Err(format!(
                "the hash of user `{user}` in `auth` is no bcrypt hash; `htpasswd -nBC 12 {user}` makes one"
            )),
            // fewer than 4 are none that bcrypt has
            Some(cost @ (0..4 | 15..)) => Err(format!(
                "the hash of user `{user}` in `auth` has cost {cost}; make one of 4 to {MAX_COST}: `htpasswd -nBC 12 {user}`"
            )),
            Some(_) => Ok(Self(text)),
        }
    }

    pub(super) fn text(&self) -> &str {
        self.0.text()
    }

    /// Whether it is this password's. It takes as long as its cost says, and belongs on a thread that may block.
    pub(super) fn is_of(&self, password: &Secret) -> bool {
        bcrypt::verify(password.text(), self.text()).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Hash, String> {
        Hash::read(text.into(), "alice")
    }

    #[test]
    fn hashes_of_other_programs_are_understood() {
        for (hash, password) in [
            // of libxcrypt
            (
                "$2y$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy",
                "open sesame",
            ),
            (
                "$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy",
                "open sesame",
            ),
            (
                "$2a$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy",
                "open sesame",
            ),
            (
                "$2y$04$abcdefghijklmnopqrstuuo3xiBPI8pA9saCTH.3vrCb8yec32/Di",
                "grün:weiß",
            ),
            (
                "$2a$05$zyxwvutsrqponmlkjihgfehRVsePMmd5SGklr5KJSTZqK7SW7ipdG",
                "",
            ),
        ] {
            let hash = read(hash).expect("a hash");
            assert!(hash.is_of(&password.into()), "{password}");
            assert!(!hash.is_of(&"open sesamE".into()), "{password}");
        }
    }

    #[test]
    fn what_is_no_bcrypt_hash_is_refused_and_not_told() {
        for text in [
            "",
            "open sesame",
            "$2x$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy",
            "$2y$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/c",
            "$2y$xx$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy",
            "$argon2id$v=19$m=16,t=2,p=1$MTIzNDU2Nzg$zmqrpFy0xTNu3Kh3nQT1nQ",
            "$apr1$abcdefgh$9bYMDrNrJG1lLMdFbVOKe0",
            "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        ] {
            assert_eq!(
                read(text).expect_err("no hash"),
                "the hash of user `alice` in `auth` is no bcrypt hash; `htpasswd -nBC 12 alice` makes one"
            );
        }
    }

    #[test]
    fn a_cost_that_would_keep_the_server_busy_is_refused() {
        for (cost, right) in [
            ("03", false),
            ("04", true),
            ("14", true),
            ("15", false),
            ("31", false),
        ] {
            let text = format!("$2y${cost}$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy");
            let told = read(&text).err();
            assert_eq!(told.is_none(), right, "{told:?}");
            assert!(told.is_none_or(|told| told.contains("make one of 4 to 14")));
        }
    }
}
