//! Who may read by what he says of himself: [`Auth`] as it is written, and [`Credentials`], which a listener asks before
//! every handler. What a request brings is `offered`'s, what is right is `known`'s.

mod credentials;
mod desk;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod hash;
mod known;
mod mac;
mod offered;
mod remembered;
mod throttle;

use std::path::PathBuf;

pub(crate) use credentials::Credentials;

use super::Secret;

/// The users and tokens that a [`Listener`](crate::Listener) lets in; it refuses all others.
///
/// ```
/// use metrics_server::{Auth, Listener, Server};
///
/// // of `htpasswd -nBC 12 prometheus`
/// let hash = "$2y$12$abcdefghijklmnopqrstuuOeZ2hQ32AyBh8ZYFFLfYoUxWKOV2GcS";
/// let auth = Auth::new().user("prometheus", hash);
/// // of `openssl rand -hex 32`
/// let auth = auth.token("5f0c2d8f5f4f4a1f9a3b7c6d1e2f30415f0c2d8f5f4f4a1f9a3b7c6d1e2f3041");
/// let listener = Listener::tcp("127.0.0.1:0").auth(auth);
/// let server = Server::bind(listener)?.spawn()?;
/// # server.stop()?;
/// # Ok::<(), metrics_server::Error>(())
/// ```
///
/// # What it does
///
/// Users send their password by HTTP's Basic authentication, programs a token by Bearer: `basic_auth` and `authorization`
/// of a Prometheus' scrape configuration. Who sends none, or a wrong one, gets 401 and is not told what was wrong.
///
/// A peer, which is an address or the /64 of an IPv6 address, may be wrong ten times; then once every six seconds, and gets
/// 429 with `Retry-After` between. That does not stop who is right at the same address, behind one proxy, say: a token is
/// compared at once, and a password that was right is known until it was not used for ten minutes. Passwords are verified one at a time with a
/// queue of eight, so that nobody's guesses keep the program from its work; beyond it the answer is 503.
///
/// `/health` and `/health/ready` are open to all, since orchestrators have no password, and tell one word.
/// [`protect_health`](Auth::protect_health) has them ask, too.
///
/// Files are read when the listener is bound, and again every ten seconds: a token or a hash is replaced without a restart.
/// A file that cannot be read then, or has nothing that is right, is warned of, and what it had before stays.
///
/// # What it does not
///
/// Nothing is encrypted by it: over plain TCP everybody between can read a password and a token. Hashes are bcrypt's
/// (`$2a$`, `$2b$`, `$2y$`, a cost of at most 14), as in the `web.yml` of Prometheus' exporters; argon2 and others are
/// refused. bcrypt looks at the first 72 bytes of a password.
///
/// Safari sends no password with a WebSocket, so that the live page shows no values there; Chromium and Firefox do send it.
/// No browser asks its user for a token: a page needs a user.
#[derive(Clone, Debug, Default)]
#[must_use = "a listener asks after `Listener::auth`"]
pub struct Auth {
    users: Vec<(String, Source)>,
    tokens: Vec<Source>,
    protects_health: bool,
    accepts_client_certificates: bool,
}

/// Where a secret is.
#[derive(Clone, Debug)]
enum Source {
    Text(Secret),
    File(PathBuf),
}

impl Auth {
    /// Nobody yet: a listener that lets in nobody is an error when it is bound.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets in this user by the password of this bcrypt hash, which `htpasswd -nBC 12 NAME` makes.
    pub fn user(self, name: impl Into<String>, hash: impl Into<Secret>) -> Self {
        self.with_user(name.into(), Source::Text(hash.into()))
    }

    /// As [`user`](Auth::user), with the hash in a file, which has nothing else.
    pub fn user_hash_file(self, name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.with_user(name.into(), Source::File(path.into()))
    }

    /// Lets in who brings this token, of at least 16 bytes; `openssl rand -hex 32` makes one. There may be several, so that
    /// one can be replaced by another.
    pub fn token(self, token: impl Into<Secret>) -> Self {
        self.with_token(Source::Text(token.into()))
    }

    /// As [`token`](Auth::token), with the token in a file, which has nothing else.
    pub fn token_file(self, path: impl Into<PathBuf>) -> Self {
        self.with_token(Source::File(path.into()))
    }

    /// Health is told to those alone who are let in.
    pub fn protect_health(mut self) -> Self {
        self.protects_health = true;
        self
    }

    /// Lets in who has shown a client certificate, which TLS verified, without a password or a token.
    /// Without this both are asked of everybody. It needs TLS that asks clients for certificates.
    pub fn accept_client_certificates(mut self) -> Self {
        self.accepts_client_certificates = true;
        self
    }

    fn with_user(mut self, name: String, hash: Source) -> Self {
        self.users.push((name, hash));
        self
    }

    fn with_token(mut self, token: Source) -> Self {
        self.tokens.push(token);
        self
    }

    pub(crate) fn accepts_certificates(&self) -> bool {
        self.accepts_client_certificates
    }

    /// Whether it has something that can change while it is served.
    fn has_files(&self) -> bool {
        let hashes = self.users.iter().map(|(_, hash)| hash);
        hashes
            .chain(&self.tokens)
            .any(|source| matches!(source, Source::File(_)))
    }
}
