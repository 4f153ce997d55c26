//! What is right: users with the hashes of their passwords, and the codes of tokens, read of what is written and of files,
//! which may change. A mistake names the user or the file, and shows nothing of what is in it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::hash::Hash;
use super::mac::{Code, Key};
use super::{Auth, Source};
use crate::access::Secret;

/// A secret is a line; what is much longer is another file.
const LONGEST: u64 = 64 * 1024;

/// The shortest token: what is shorter can be guessed.
const SHORTEST_TOKEN: usize = 16;

/// Who is let in, in the order of [`Auth`].
#[derive(Debug)]
pub(super) struct Known {
    users: Vec<User>,
    tokens: Vec<Code>,
}

/// A user and the hash of the password.
#[derive(Clone, Debug)]
struct User {
    name: String,
    hash: Hash,
}

/// What somebody says who he is.
#[derive(Debug)]
pub(super) struct Claim<'k> {
    /// The hash that his password is verified against.
    pub(super) hash: &'k Hash,
    /// Nobody has this name. The hash is another user's, so that his refusal costs what a user's does.
    pub(super) is_unknown: bool,
}

impl Known {
    /// Reads everything, and says what is wrong. What could be read `before`, and no longer can, stays as it was.
    pub(super) fn read(auth: &Auth, key: &Key, before: Option<&Self>) -> (Self, Vec<String>) {
        let mut problems = Vec::new();
        let mut users = Vec::new();
        for (at, (name, source)) in auth.users.iter().enumerate() {
            match user(name, source) {
                Ok(user) => users.push(user),
                Err(problem) => {
                    problems.push(problem);
                    users.extend(before.and_then(|known| known.users.get(at).cloned()));
                }
            }
        }
        let mut tokens = Vec::new();
        for (at, source) in auth.tokens.iter().enumerate() {
            match token(source) {
                Ok(token) => tokens.push(key.code(&[token.text().as_bytes()])),
                Err(problem) => {
                    problems.push(problem);
                    tokens.extend(before.and_then(|known| known.tokens.get(at).cloned()));
                }
            }
        }
        (Self { users, tokens }, problems)
    }

    /// What this name claims; nothing if there are no users at all.
    pub(super) fn claim(&self, name: &Secret, key: &Key) -> Option<Claim<'_>> {
        let user = self.users.iter().find(|user| user.name == name.text());
        // one of the users by a draw that the name decides: what it costs tells nothing, however costs differ
        let at = key
            .code(&[name.text().as_bytes()])
            .place_among(self.users.len())?;
        Some(Claim {
            hash: &user.or_else(|| self.users.get(at))?.hash,
            is_unknown: user.is_none(),
        })
    }

    pub(super) fn has_token(&self, code: &Code) -> bool {
        code.is_among(&self.tokens)
    }

    /// Whether both let in the same.
    pub(super) fn is(&self, other: &Self) -> bool {
        let hashes = |known: &Self| -> Vec<_> {
            let users = known.users.iter();
            users.map(|user| user.hash.text().to_owned()).collect()
        };
        let mut tokens = self.tokens.iter().zip(&other.tokens);
        hashes(self) == hashes(other) && tokens.all(|(one, other)| one.is(other))
    }
}

/// What is wrong before anything is read.
pub(super) fn mistakes(auth: &Auth) -> Vec<String> {
    let mut problems = Vec::new();
    if auth.users.is_empty() && auth.tokens.is_empty() && !auth.accepts_client_certificates {
        problems.push("`auth` names no user and no token, so that nobody could read".to_owned());
    }
    for (at, (name, _)) in auth.users.iter().enumerate() {
        let told = name.escape_debug();
        if name.is_empty() || name.contains(|c: char| c == ':' || c.is_control()) {
            problems.push(format!(
                "`{told}` in `auth` is no user's name; write one without a colon or control characters"
            ));
        }
        if auth.users.iter().take(at).any(|(other, _)| other == name) {
            problems.push(format!("user `{told}` is in `auth` twice; leave one out"));
        }
    }
    problems
}

fn user(name: &str, source: &Source) -> Result<User, String> {
    let hash = source.read(&format!("the hash of user `{}`", name.escape_debug()))?;
    Ok(User {
        name: name.to_owned(),
        hash: Hash::read(hash, name)?,
    })
}

fn token(source: &Source) -> Result<Secret, String> {
    let token = source.read("the token")?;
    let of = match source {
        Source::Text(_) => "the token in `auth`".to_owned(),
        Source::File(path) => format!("the token of `auth` in {}", path.display()),
    };
    if token.text().len() < SHORTEST_TOKEN {
        return Err(format!(
            "{of} has fewer than {SHORTEST_TOKEN} bytes; `openssl rand -hex 32` makes one that nobody guesses"
        ));
    }
    // what a header can carry, and no white space, which it would lose
    if !token.text().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!(
            "{of} has a blank, or something that a header cannot carry; `openssl rand -hex 32` makes one without"
        ));
    }
    Ok(token)
}

impl Source {
    fn read(&self, of: &str) -> Result<Secret, String> {
        match self {
            Self::Text(text) => Ok(text.clone()),
            Self::File(path) => content(path).map_err(|problem| {
                format!(
                    "{of} in `auth` cannot be read of {}: {problem}",
                    path.display()
                )
            }),
        }
    }
}

/// The text of a file, without the end of its last line.
fn content(path: &Path) -> Result<Secret, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    let read = file.take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LONGEST {
        return Err("it is larger than 64 KiB".to_owned());
    }
    let text = String::from_utf8(bytes).map_err(|_| "it is no text")?;
    let text = Secret::from(text);
    let line = text.text().trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        return Err("it is empty".to_owned());
    }
    Ok(line.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "$2y$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy";

    fn problems(auth: &Auth) -> Vec<String> {
        let (_, read) = Known::read(auth, &Key::random().expect("a key"), None);
        [mistakes(auth), read].concat()
    }

    #[test]
    fn all_that_is_wrong_is_told_and_no_secret() {
        assert_eq!(
            problems(&Auth::new().protect_health()),
            ["`auth` names no user and no token, so that nobody could read"]
        );
        let auth = Auth::new()
            .user("alice", "hunter2")
            .user("alice", HASH)
            .user("a:b", HASH)
            .user_hash_file("bob", "no/such/file")
            .token("hunter2")
            .token("hunter2 hunter2 hunter2")
            .token_file("no/such/file");
        let problems = problems(&auth);
        let told = problems.join("\n");
        assert_eq!(problems.len(), 7, "{told}");
        assert!(!told.contains("hunter2") && !told.contains("$2y"), "{told}");
        assert!(!format!("{auth:?}").contains("hunter2"), "{auth:?}");
        for part in [
            "user `alice` is in `auth` twice",
            "the hash of user `alice` in `auth` is no bcrypt hash",
            "`a:b` in `auth` is no user's name",
            "the hash of user `bob` in `auth` cannot be read of no/such/file: ",
            "the token in `auth` has fewer than 16 bytes",
            "the token in `auth` has a blank",
            "the token in `auth` cannot be read of no/such/file: ",
        ] {
            assert!(told.contains(part), "{part} in\n{told}");
        }
    }

    #[test]
    fn who_is_not_known_is_judged_by_a_users_hash() {
        let key = Key::random().expect("a key");
        let auth = Auth::new()
            .user("alice", HASH)
            .user("bob", HASH.replace("$04$", "$05$"));
        let (known, problems) = Known::read(&auth, &key, None);
        assert_eq!(problems, [""; 0]);
        let cost = |name: &str| {
            let claim = known.claim(&name.into(), &key).expect("a claim");
            let cost = claim.hash.text()[4..6].to_owned();
            (claim.is_unknown, cost)
        };
        assert_eq!(cost("alice"), (false, "04".to_owned()));
        assert_eq!(cost("bob"), (false, "05".to_owned()));
        // each always the same, and not all alike: as users are
        let drawn: Vec<_> = (0..64).map(|n| cost(&format!("u{n}"))).collect();
        let again: Vec<_> = (0..64).map(|n| cost(&format!("u{n}"))).collect();
        assert_eq!(drawn, again);
        for cost in ["04", "05"] {
            assert!(drawn.contains(&(true, cost.to_owned())), "{drawn:?}");
        }
    }
}
