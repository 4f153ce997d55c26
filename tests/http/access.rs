//! Who is let in by a password or a token, and what those get who are not.

use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use metrics_server::{Auth, Error, Exporter, Listener, Server};
use tungstenite::client::IntoClientRequest;

use crate::client::{RaisedAtEnd, Running, wait_for};
use crate::faults::METRICS;
use crate::folder::Folder;
use crate::raw::{self, RawAnswer};
use crate::shop::{exporter, shop};
use crate::stream_client::Stream;

const PASSWORD: &str = "open sesame";
/// Of the password, by libxcrypt.
const HASH: &str = "$2y$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn auth() -> Auth {
    let users = Auth::new().user("alice", HASH).user("bob", HASH);
    users.token(TOKEN)
}

fn listening(listener: Listener) -> Running {
    let (registry, _shop) = shop();
    let server = Server::bind(listener).expect("a free port");
    Running::of(server.exporter(exporter(&registry)))
}

fn guarded(auth: Auth) -> Running {
    listening(Listener::tcp("127.0.0.1:0").auth(auth))
}

fn basic(user: &str, password: &str) -> String {
    let text = BASE64_STANDARD.encode(format!("{user}:{password}"));
    format!("Authorization: Basic {text}")
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

/// The answer to a scrape from this address.
fn scrape(running: &Running, last: u8, header: &str) -> RawAnswer {
    raw::get_from(
        Ipv4Addr::new(127, 0, 0, last),
        running,
        "/metrics",
        &[header],
    )
}

#[test]
fn who_brings_nothing_is_told_nothing_but_how_to_ask() {
    let running = guarded(auth());
    for path in METRICS {
        let answer = raw::get(&running, path, &[]);
        assert_eq!(answer.status(), "401", "{path}");
        assert_eq!(
            answer.text(),
            "this needs a user and a password (Basic) or a token (Bearer)\n"
        );
        let challenges: Vec<_> = answer
            .head
            .lines()
            .filter_map(|line| line.strip_prefix("www-authenticate: "))
            .collect();
        assert_eq!(
            challenges,
            [
                r#"Basic realm="metrics", charset="UTF-8""#,
                r#"Bearer realm="metrics""#
            ]
        );
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    let wrong = raw::get(&running, "/metrics", &[&bearer("wrong")]);
    assert_eq!(wrong.status(), "401");
    assert!(wrong.head.contains(r#"error="invalid_token""#));
}

#[test]
fn users_and_tokens_are_let_in_everywhere() {
    let running = guarded(auth());
    for header in [
        basic("alice", PASSWORD),
        basic("bob", PASSWORD),
        bearer(TOKEN),
    ] {
        for path in METRICS {
            let status = match path {
                "/nowhere" => "404",
                // as it is asked without a WebSocket
                "/metrics/stream" => "400",
                _ => "200",
            };
            let answer = raw::get(&running, path, &[&header]);
            assert_eq!(answer.status(), status, "{path}");
        }
        let url = format!("ws://{}/metrics/stream", running.authority());
        let mut request = url.into_client_request().expect("a URL");
        let value = header.split_once(": ").expect("a header").1;
        let value = value.parse().expect("a value");
        request.headers_mut().insert("authorization", value);
        let mut stream = Stream::try_connect(request).expect("a stream");
        stream.next_of("metrics:snapshot");
    }
}

#[test]
fn health_is_open_unless_it_is_protected() {
    for (auth, status) in [(auth(), "200"), (auth().protect_health(), "401")] {
        let running = guarded(auth);
        for path in ["/health", "/health/ready"] {
            assert_eq!(raw::get(&running, path, &[]).status(), status, "{path}");
            let known = raw::get(&running, path, &[&bearer(TOKEN)]);
            assert_eq!(known.status(), "200", "{path}");
        }
    }
}

#[test]
fn a_listener_asks_for_itself() {
    let (registry, _shop) = shop();
    let asking = Listener::tcp("127.0.0.1:0").auth(auth());
    let server = Server::bind(asking).and_then(|server| server.and_bind("127.0.0.1:0"));
    let server = server.expect("free ports");
    let open = server.addresses()[1].to_string();
    let running = Running::of(server.exporter(exporter(&registry)));
    assert_eq!(running.get("/metrics").status, 401);
    let open = crate::client::get(&format!("http://{open}/metrics"));
    assert_eq!(open.status, 200);
}

/// Guesses until it has to wait, and returns how often it was wrong before, and the answer.
fn guess(running: &Running, from: u8, header: impl Fn(usize) -> String) -> (usize, RawAnswer) {
    let mut wrong = 0;
    let last = wait_for("an answer to wait", || {
        let answer = scrape(running, from, &header(wrong));
        if answer.status() == "401" {
            wrong += 1;
            return None;
        }
        Some(answer)
    });
    (wrong, last)
}

#[test]
fn who_guesses_has_to_wait_and_nobody_else() {
    let running = guarded(auth());
    // a scraper behind the same address as one who guesses
    let scraper = basic("alice", PASSWORD);
    assert_eq!(scrape(&running, 1, &scraper).status(), "200");
    for (from, header) in [
        (
            1,
            (|n| basic("alice", &format!("wrong {n}"))) as fn(usize) -> String,
        ),
        (2, |n| basic(&format!("mallory {n}"), PASSWORD)),
        (3, |n| bearer(&format!("wrong-{n}"))),
        (4, |_| {
            "Authorization: Basic nothing that can be read".to_owned()
        }),
    ] {
        let (wrong, last) = guess(&running, from, header);
        assert!(wrong >= 10, "{from}: {wrong}");
        assert_eq!(last.status(), "429", "{from}");
        let seconds: u64 = last.header("retry-after").parse().expect("seconds");
        assert!((1..=6).contains(&seconds), "{seconds}");
        assert_eq!(last.header("cache-control"), "no-store");
        let told = last.text();
        assert!(told.contains("too many wrong credentials"), "{told}");
    }
    // also what is right is not looked at meanwhile, or guesses would go on
    assert_eq!(scrape(&running, 2, &basic("bob", PASSWORD)).status(), "429");
    // but for what is known to be right, and a token
    assert_eq!(scrape(&running, 1, &scraper).status(), "200");
    assert_eq!(scrape(&running, 2, &scraper).status(), "200");
    assert_eq!(scrape(&running, 3, &bearer(TOKEN)).status(), "200");
    assert_eq!(scrape(&running, 5, &basic("bob", PASSWORD)).status(), "200");
    assert_eq!(scrape(&running, 6, &basic("bob", "wrong")).status(), "401");

    let own = Exporter::builder().build().expect("no settings");
    let counted = Running::new(&own).get("/metrics?name[]=metrics_requests_refused_total");
    for reason in ["credentials", "throttled"] {
        let name = format!(r#"metrics_requests_refused_total{{reason="{reason}"}}"#);
        assert!(counted.sample(&name).is_some(), "{}", counted.body);
    }
}

#[test]
fn scrapes_go_on_while_many_guess_at_once() {
    // slow enough that guesses meet
    let slow = "$2a$08$zyxwvutsrqponmlkjihgfehRVsePMmd5SGklr5KJSTZqK7SW7ipdG";
    let running = guarded(Auth::new().user("alice", slow).token(TOKEN));
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let guesses: Vec<_> = (10..34)
            .map(|from| {
                let (running, over) = (&running, &over);
                scope.spawn(move || {
                    let mut sent_away = false;
                    while !over.load(Relaxed) {
                        let answer = scrape(running, from, &basic("alice", "wrong"));
                        match answer.status() {
                            "401" | "429" => {}
                            "503" => {
                                assert_eq!(answer.header("retry-after"), "1");
                                sent_away = true;
                            }
                            other => panic!("{other}"),
                        }
                    }
                    sent_away
                })
            })
            .collect();
        let end = RaisedAtEnd(&over);
        for _ in 0..50 {
            assert_eq!(scrape(&running, 1, &bearer(TOKEN)).status(), "200");
        }
        drop(end);
        let sent_away = guesses
            .into_iter()
            .map(|guess| guess.join().expect("no panic"));
        assert!(
            sent_away.fold(false, |any, one| any | one),
            "nobody had to wait"
        );
    });
}

#[test]
fn a_password_that_is_verified_keeps_no_scrape_waiting() {
    // slow enough for what is to happen meanwhile, on a machine that does ten other things
    let slow = "$2a$13$zyxwvutsrqponmlkjihgfehRVsePMmd5SGklr5KJSTZqK7SW7ipdG";
    let running = guarded(Auth::new().user("alice", slow).token(TOKEN));
    let guess = |last| {
        let from = Ipv4Addr::new(127, 0, 0, last);
        let header = basic("alice", "wrong");
        raw::send_from(from, &running, "GET", "/metrics", &[&header])
    };
    // one has its turn, eight wait, and the others are sent away
    let guesses: Vec<_> = (2..18).map(guess).collect();
    let answered = || {
        guesses
            .iter()
            .filter(|guess| raw::is_answered(guess))
            .count()
    };
    let sent_away = guesses.len() - 9;
    wait_for("a queue that is full", || {
        (answered() == sent_away).then_some(())
    });
    // by each of the server's threads
    for _ in 0..10 {
        assert_eq!(scrape(&running, 1, &bearer(TOKEN)).status(), "200");
    }
    assert_eq!(answered(), sent_away, "one was waited for");
}

/// A browser asks first whether a page may send a token, and sends none with that.
#[test]
fn a_page_of_an_allowed_origin_may_bring_a_token() {
    const ORIGIN: &str = "Origin: https://ops.example.com";
    let (registry, _shop) = shop();
    let exporter = Exporter::builder()
        .registry(&registry)
        .allow_origin("https://ops.example.com")
        .build();
    let server = Server::bind(Listener::tcp("127.0.0.1:0").auth(auth())).expect("a free port");
    let running = Running::of(server.exporter(exporter.expect("a good origin")));
    let asks = [
        "Access-Control-Request-Method: GET",
        "Access-Control-Request-Headers: authorization",
    ];
    for path in METRICS {
        let ask = |origin| raw::request(&running, "OPTIONS", path, &[origin, asks[0], asks[1]]);
        let may = ask(ORIGIN);
        assert_eq!(may.status(), "204", "{path}");
        for (name, value) in [
            ("access-control-allow-origin", "https://ops.example.com"),
            ("access-control-allow-methods", "GET, HEAD"),
            ("access-control-allow-headers", "authorization"),
        ] {
            assert_eq!(may.header(name), value, "{path}");
        }
        let other = ask("Origin: https://evil.example");
        assert_eq!(other.status(), "403", "{path}");
        assert_eq!(other.header("access-control-allow-origin"), "", "{path}");
    }
    // no preflight, and so as anybody who brings nothing
    let bare = raw::request(&running, "OPTIONS", "/metrics/json", &[ORIGIN]);
    assert_eq!(bare.status(), "401");
    let read = raw::get(&running, "/metrics/json", &[ORIGIN, &bearer(TOKEN)]);
    assert_eq!(read.status(), "200");
    let allowed = read.header("access-control-allow-origin");
    assert_eq!(allowed, "https://ops.example.com");
}

#[test]
fn who_would_let_in_nobody_or_everybody_is_told_all_that_is_wrong() {
    let auth = Auth::new().user("alice", PASSWORD).token("too short");
    let listener = Listener::tcp("127.0.0.1:0")
        .networks(["10.0.0.1/8"])
        .auth(auth);
    let error = Server::bind(listener).expect_err("nothing is right");
    let Error::Listener { problems, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(problems.len(), 3, "{error}");
    assert!(!error.to_string().contains(PASSWORD), "{error}");
    let nobody = Listener::tcp("127.0.0.1:0").auth(Auth::new());
    let error = Server::bind(nobody).expect_err("nobody could read");
    assert!(error.to_string().contains("nobody could read"), "{error}");
}

#[test]
fn secrets_in_files_are_replaced_while_they_are_served() {
    const NEW: &str = "fedcba9876543210fedcba9876543210";
    let folder = Folder::new("access");
    let (hash, token) = (folder.path().join("hash"), folder.path().join("token"));
    let write = |path: &Path, text: &str| fs::write(path, text).expect("a file");
    write(&hash, HASH);
    write(&token, TOKEN);
    let auth = Auth::new()
        .user_hash_file("alice", &hash)
        .token_file(&token);
    let running = guarded(auth);
    let status = |header: &str| scrape(&running, 1, header).status().to_owned();
    assert_eq!(status(&bearer(TOKEN)), "200");
    assert_eq!(status(&basic("alice", PASSWORD)), "200");

    write(&token, &format!("{NEW}\n"));
    // of another password
    write(&hash, &HASH.replace("LVz6", "6zVL"));
    running.reload().expect("files that can be used");
    assert_eq!(status(&bearer(NEW)), "200");
    assert_eq!(status(&bearer(TOKEN)), "401");
    assert_eq!(status(&basic("alice", PASSWORD)), "401");

    write(&token, "short");
    let error = running.reload().expect_err("a token that can be guessed");
    assert!(error.to_string().contains("fewer than 16 bytes"), "{error}");
    assert_eq!(status(&bearer(NEW)), "200");

    // without being asked, too
    write(&token, TOKEN);
    wait_for("the token of before", || {
        (status(&bearer(TOKEN)) == "200").then_some(())
    });
}
