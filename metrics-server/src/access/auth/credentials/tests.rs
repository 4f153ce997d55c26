//! The order in which credentials are judged, and what each costs.

use std::sync::atomic::Ordering::Relaxed;

use actix_web::http::header::AUTHORIZATION;
use actix_web::test::TestRequest;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tokio::task::LocalSet;
use tokio::time::timeout;

use super::*;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const PASSWORD: &str = "open sesame";
/// Of the password.
const HASH: &str = "$2y$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy";
/// Of the empty one.
const OTHER: &str = "$2a$05$zyxwvutsrqponmlkjihgfehRVsePMmd5SGklr5KJSTZqK7SW7ipdG";

fn credentials(auth: Auth) -> Credentials {
    Credentials::new(auth).expect("credentials")
}

fn alice() -> Credentials {
    credentials(Auth::new().user("alice", HASH))
}

impl Credentials {
    /// What is refused with, if it is.
    async fn judge(&self, peer: &str, header: &str) -> Option<Reason> {
        let mut request = TestRequest::default();
        request = request.peer_addr(peer.parse().expect("an address"));
        if !header.is_empty() {
            request = request.insert_header((AUTHORIZATION, header));
        }
        let admitted = self.admit(&request.to_http_request()).await;
        admitted.err().map(|refusal| refusal.reason)
    }

    async fn judge_user(&self, peer: &str, user: &str, password: &str) -> Option<Reason> {
        self.judge(peer, &basic(user, password)).await
    }

    fn verified(&self) -> usize {
        self.0.verified.load(Relaxed)
    }
}

fn basic(user: &str, password: &str) -> String {
    let text = format!("{user}:{password}");
    format!("Basic {}", BASE64_STANDARD.encode(text))
}

const PEER: &str = "192.0.2.1:1";
const OTHER_PEER: &str = "192.0.2.2:1";

#[tokio::test]
async fn a_right_password_is_verified_once() {
    let alice = alice();
    for _ in 0..100 {
        assert_eq!(alice.judge_user(PEER, "alice", PASSWORD).await, None);
    }
    assert_eq!(alice.verified(), 1);
}

#[tokio::test]
async fn a_wrong_password_is_verified_each_time() {
    let alice = alice();
    for _ in 0..3 {
        let refused = alice.judge_user(PEER, "alice", "open sesamE").await;
        assert_eq!(refused, Some(Reason::Credentials));
    }
    assert_eq!(alice.verified(), 3);
}

#[tokio::test]
async fn who_is_not_known_costs_what_a_user_does() {
    let alice = alice();
    for n in 1..4 {
        let refused = alice.judge_user(PEER, "mallory", PASSWORD).await;
        // the hash that is verified against is this password's, and says nothing of the user
        assert_eq!(refused, Some(Reason::Credentials));
        assert_eq!(alice.verified(), n);
    }
}

#[tokio::test]
async fn who_was_right_is_let_in_while_his_address_is_throttled() {
    let both = credentials(Auth::new().user("alice", HASH).token(TOKEN));
    assert_eq!(both.judge_user(PEER, "alice", PASSWORD).await, None);
    let mut refused = None;
    for n in 0..100 {
        refused = both.judge(PEER, &format!("Bearer wrong-{n}")).await;
        if refused == Some(Reason::Throttled) {
            break;
        }
    }
    assert_eq!(refused, Some(Reason::Throttled));
    let guess = both.judge_user(PEER, "alice", "another").await;
    assert_eq!(guess, Some(Reason::Throttled));
    // the remembered one, and the token, which costs nothing
    assert_eq!(both.judge_user(PEER, "alice", PASSWORD).await, None);
    assert_eq!(both.judge(PEER, &format!("Bearer {TOKEN}")).await, None);
    // and others, who have not been here
    assert_eq!(both.judge_user(OTHER_PEER, "alice", PASSWORD).await, None);
    let guess = both.judge_user(OTHER_PEER, "alice", "another").await;
    assert_eq!(guess, Some(Reason::Credentials));
    assert_eq!(both.verified(), 2);
}

#[tokio::test]
async fn the_owner_of_a_network_is_one_peer() {
    let alice = alice();
    let mut last = None;
    for n in 0..100 {
        let peer = format!("[2001:db8::{n:x}]:1");
        last = alice.judge(&peer, "Bearer wrong").await;
        if last == Some(Reason::Throttled) {
            break;
        }
    }
    assert_eq!(last, Some(Reason::Throttled));
    let other = alice.judge("[2001:db8:0:1::1]:1", "Bearer wrong").await;
    assert_eq!(other, Some(Reason::Credentials));
}

#[tokio::test]
async fn who_brings_nothing_guesses_nothing() {
    let alice = alice();
    for _ in 0..100 {
        assert_eq!(alice.judge(PEER, "").await, Some(Reason::Credentials));
    }
    assert_eq!(alice.judge_user(PEER, "alice", PASSWORD).await, None);
}

#[tokio::test]
async fn a_full_queue_sends_away_and_lets_tokens_through() {
    let both = credentials(Auth::new().user("alice", HASH).token(TOKEN));
    let turn = both.0.desk.turn().await.expect("a turn");
    let waiting = LocalSet::new();
    let judged: Vec<_> = (0..8)
        .map(|_| {
            let both = both.clone();
            waiting.spawn_local(async move { both.judge_user(PEER, "alice", PASSWORD).await })
        })
        .collect();
    let refused = waiting.run_until(async {
        tokio::task::yield_now().await;
        let refused = both.judge_user(OTHER_PEER, "alice", PASSWORD).await;
        assert_eq!(both.judge(PEER, &format!("Bearer {TOKEN}")).await, None);
        refused
    });
    let refused = timeout(Duration::from_secs(60), refused).await;
    assert_eq!(refused.expect("an answer at once"), Some(Reason::Busy));
    drop(turn);
    waiting.await;
    for judged in judged {
        assert_eq!(judged.await.expect("no panic"), None);
    }
    // the first was verified, and the others had the same password
    assert_eq!(both.verified(), 1);
}

#[tokio::test]
async fn what_is_in_a_file_is_replaced_without_a_restart() {
    let folder = Folder::new();
    let (hash, token) = (folder.write("hash", HASH), folder.write("token", TOKEN));
    let auth = Auth::new()
        .user_hash_file("alice", &hash)
        .token_file(&token);
    let both = credentials(auth);
    let old = format!("Bearer {TOKEN}");
    assert_eq!(both.judge(PEER, &old).await, None);
    assert_eq!(both.judge_user(PEER, "alice", PASSWORD).await, None);
    assert_eq!(both.0.reread(), Ok(false));

    // as editors end a line
    folder.write("token", "fedcba9876543210fedcba9876543210\n");
    folder.write("hash", OTHER);
    assert_eq!(both.0.reread(), Ok(true));
    assert_eq!(both.judge(PEER, &old).await, Some(Reason::Credentials));
    let new = "Bearer fedcba9876543210fedcba9876543210";
    assert_eq!(both.judge(PEER, new).await, None);
    let forgotten = both.judge_user(PEER, "alice", PASSWORD).await;
    assert_eq!(forgotten, Some(Reason::Credentials));
    assert_eq!(both.judge_user(PEER, "alice", "").await, None);

    // what cannot be read leaves what was there, and keeps nothing else from being read
    folder.write("token", "short");
    folder.write("hash", HASH);
    let told = both.0.reread().expect_err("a short token");
    assert!(told.contains("fewer than 16 bytes"), "{told}");
    assert_eq!(both.judge(PEER, new).await, None);
    assert_eq!(both.judge_user(PEER, "alice", PASSWORD).await, None);
    std::fs::remove_file(&token).expect("it is there");
    let told = both.0.reread().expect_err("no token");
    assert!(told.contains("cannot be read"), "{told}");
    assert_eq!(both.judge(PEER, new).await, None);
}

/// A folder that goes with its test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("metrics-server-auth-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> std::path::PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
