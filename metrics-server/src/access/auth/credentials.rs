//! Whether a request's credentials are right, in the order in which the answers cost: what is known to be right passes, also
//! while its peer is throttled; then the throttle, the queue, and one slow verification.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use actix_web::http::header::{CACHE_CONTROL, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, web};

use super::Auth;
use super::desk::Desk;
use super::known::{Known, mistakes};
use super::mac::{Code, Key};
use super::offered::Offered;
use super::remembered::Remembered;
use super::throttle::Throttle;
use crate::access::{Refusal, Secret};
use crate::listen::{Client, Connection, Peer};
use crate::log;
use crate::own::Reason;
use crate::watch::Watched;

/// The users and tokens of a listener. A clone is the same.
#[derive(Clone, Debug)]
pub(crate) struct Credentials(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    auth: Auth,
    key: Key,
    /// Replaced as a whole when files have changed.
    known: RwLock<Arc<Known>>,
    remembered: Remembered,
    throttle: Throttle,
    desk: Desk,
    /// How many passwords were verified.
    #[cfg(test)]
    verified: std::sync::atomic::AtomicUsize,
}

impl Credentials {
    /// Reads what is written and the files, or says all that is wrong.
    pub(crate) fn new(auth: Auth) -> Result<Self, Vec<String>> {
        let key = Key::random().map_err(|problem| vec![problem])?;
        let mut problems = mistakes(&auth);
        let (known, of_secrets) = Known::read(&auth, &key, None);
        problems.extend(of_secrets);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self(Arc::new(Inner {
            auth,
            key,
            known: RwLock::new(Arc::new(known)),
            remembered: Remembered::default(),
            throttle: Throttle::new(Instant::now()),
            desk: Desk::new(),
            #[cfg(test)]
            verified: Default::default(),
        })))
    }

    pub(crate) fn protect_health(&self) -> bool {
        self.0.auth.protects_health
    }

    /// What can change while it is served.
    pub(crate) fn watched(&self) -> Option<Arc<dyn Watched>> {
        let has_files = self.0.auth.has_files();
        has_files.then(|| Arc::clone(&self.0) as Arc<dyn Watched>)
    }

    /// Whether the request brings what is right.
    pub(in crate::access) async fn admit(&self, request: &HttpRequest) -> Result<(), Refusal> {
        let client = Connection::of(request).map(Connection::client);
        if self.0.auth.accepts_client_certificates && client == Some(Client::Certified) {
            return Ok(());
        }
        let peer = Peer::of(request).unwrap_or(Peer::User(None)).owner();
        let known = self.0.known();
        match Offered::of(request.headers()) {
            Offered::Nothing => Err(self.refusal("this needs ", None)),
            Offered::Bearer(token) => {
                let code = self.0.key.code(&[token.text().as_bytes()]);
                if known.has_token(&code) {
                    return Ok(());
                }
                self.attempt(&peer)?;
                Err(self.wrong(&peer, Some("invalid_token")))
            }
            Offered::Basic { user, password } => {
                self.admit_user(&known, &peer, &user, password).await
            }
            Offered::Unreadable => {
                self.attempt(&peer)?;
                Err(self.wrong(&peer, None))
            }
        }
    }

    async fn admit_user(
        &self,
        known: &Known,
        peer: &Peer,
        user: &Secret,
        password: Secret,
    ) -> Result<(), Refusal> {
        let Some(claim) = known.claim(user, &self.0.key) else {
            self.attempt(peer)?;
            return Err(self.wrong(peer, None));
        };
        let parts = [user.text(), claim.hash.text(), password.text()];
        let code = self.0.key.code(&parts.map(str::as_bytes));
        if self.remembers(&code) {
            return Ok(());
        }
        self.attempt(peer)?;
        let Some(turn) = self.0.desk.turn().await else {
            self.give_back(peer);
            return Err(busy());
        };
        // another request with the same password may have been verified meanwhile
        if self.remembers(&code) {
            self.give_back(peer);
            return Ok(());
        }
        let inner = Arc::clone(&self.0);
        let (hash, is_unknown) = (claim.hash.clone(), claim.is_unknown);
        // it goes on when the client leaves, and the turn with it
        let verified = web::block(move || {
            let _turn = turn;
            #[cfg(test)]
            inner
                .verified
                .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let is_right = hash.is_of(&password) & !is_unknown;
            if is_right {
                inner.remembered.add(code, Instant::now());
            }
            is_right
        });
        match verified.await {
            Ok(true) => {
                self.give_back(peer);
                // it is a name that was configured, or it would not be right
                let user = log::printable(user.text());
                log::debug(&format!("user `{user}` is let in from {peer}"));
                Ok(())
            }
            Ok(false) => Err(self.wrong(peer, None)),
            Err(_) => {
                self.give_back(peer);
                Err(busy())
            }
        }
    }

    fn remembers(&self, code: &Code) -> bool {
        self.0.remembered.has(code, Instant::now())
    }

    /// Lets the peer be wrong, or has it wait.
    fn attempt(&self, peer: &Peer) -> Result<(), Refusal> {
        let attempt = self.0.throttle.attempt(peer, Instant::now());
        attempt.map_err(throttled)
    }

    fn give_back(&self, peer: &Peer) {
        self.0.throttle.give_back(peer, Instant::now());
    }

    fn wrong(&self, peer: &Peer, error: Option<&str>) -> Refusal {
        if let Some(count) = self.0.throttle.failed(peer, Instant::now()) {
            let times = match count {
                1 => String::new(),
                count => format!(", {count} times since this was last told"),
            };
            log::warn(&format!("{peer} has sent wrong credentials{times}"));
        }
        self.refusal("this is not right; what is needed is ", error)
    }

    /// 401, with the ways in that there are.
    fn refusal(&self, sentence: &str, error: Option<&str>) -> Refusal {
        let auth = &self.0.auth;
        let mut ways = Vec::new();
        let mut challenges = Vec::new();
        if !auth.users.is_empty() {
            ways.push("a user and a password (Basic)");
            challenges.push(r#"Basic realm="metrics", charset="UTF-8""#.to_owned());
        }
        if !auth.tokens.is_empty() {
            ways.push("a token (Bearer)");
            let error = error.map(|error| format!(r#", error="{error}""#));
            challenges.push(format!(
                r#"Bearer realm="metrics"{}"#,
                error.unwrap_or_default()
            ));
        }
        if auth.accepts_client_certificates {
            ways.push("a client certificate");
        }
        let refusal = Refusal::new(
            Reason::Credentials,
            format!("{sentence}{}", ways.join(" or ")),
        );
        challenges
            .into_iter()
            .fold(
                uncached(refusal),
                |refusal, challenge| match HeaderValue::try_from(challenge) {
                    Ok(challenge) => refusal.header(WWW_AUTHENTICATE, challenge),
                    Err(_) => refusal,
                },
            )
    }
}

impl Inner {
    fn known(&self) -> Arc<Known> {
        let known = self.known.read();
        Arc::clone(&known.unwrap_or_else(PoisonError::into_inner))
    }
}

impl Watched for Inner {
    fn reread(&self) -> Result<bool, String> {
        let before = self.known();
        let (known, problems) = Known::read(&self.auth, &self.key, Some(&before));
        let is_new = !known.is(&before);
        if is_new {
            let mut place = self.known.write().unwrap_or_else(PoisonError::into_inner);
            *place = Arc::new(known);
        }
        if problems.is_empty() {
            Ok(is_new)
        } else {
            Err(problems.join("; "))
        }
    }
}

fn throttled(wait: Duration) -> Refusal {
    let seconds = wait.as_millis().div_ceil(1000).max(1) as u64;
    let sentence = format!("too many wrong credentials came from here; try again in {seconds} s");
    uncached(Refusal::new(Reason::Throttled, sentence)).header(RETRY_AFTER, seconds.into())
}

fn busy() -> Refusal {
    let sentence = "too many passwords wait to be verified; try again".to_owned();
    uncached(Refusal::new(Reason::Busy, sentence)).header(RETRY_AFTER, 1.into())
}

fn uncached(refusal: Refusal) -> Refusal {
    refusal.header(CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

#[cfg(test)]
mod tests;
