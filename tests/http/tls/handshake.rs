//! Whoever speaks something else than the TLS that is served is told so, and whoever runs the server is.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use metrics_server::{Listener, TlsVersion};
use tokio_rustls::rustls::{AlertDescription, ProtocolVersion};

use super::client::{Client, NEWER, OLDER};
use super::{Scene, Served, handshakes};
use crate::client::wait_for;
use crate::raw;
use crate::stream_client::from_origin;

/// All that the server sends to one who sends this, and then no more.
fn answer_to(served: &Served, bytes: &[u8]) -> Vec<u8> {
    let mut tcp = raw::connect(served.address());
    tcp.write_all(bytes).expect("a server that reads");
    let mut answer = Vec::new();
    tcp.read_to_end(&mut answer).expect("an end");
    answer
}

/// The one warning of this server.
fn warning(served: &Served) -> String {
    wait_for("a warning", || served.warnings().pop())
}

#[test]
fn plain_http_is_told_to_use_https_and_the_log_names_the_peer() {
    let scene = Scene::new();
    let served = Served::start(scene.tls());
    let before = handshakes("no_tls");
    // more than is looked at: what is unread would reset the connection before the answer is read
    let body = "x".repeat(20_000);
    let request = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n{body}");
    let answer = String::from_utf8(answer_to(&served, request.as_bytes())).expect("text");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(
        answer.ends_with("\r\n\r\nthis port speaks TLS: use https://\n"),
        "{answer}"
    );
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(
        head.contains(&format!("content-length: {}", body.len())),
        "{head}"
    );
    assert!(warning(&served).contains("127.0.0.1 speaks plain HTTP"));
    assert!(handshakes("no_tls") > before);
    // a second time it is counted, and not told
    answer_to(&served, b"GET / HTTP/1.1\r\n\r\n");
    assert!(scene.client().get(served.address(), "/health").is_ok());
    assert_eq!(served.warnings().len(), 1);
}

#[test]
fn what_is_no_tls_at_all_is_closed_and_told() {
    let scene = Scene::new();
    let served = Served::start(scene.tls());
    assert_eq!(answer_to(&served, b"\x00\x01\x02\x03"), b"");
    assert!(warning(&served).contains("127.0.0.1 does not speak TLS"));
}

/// What a client of TLS 1.1 says first, with one cipher suite, RSA with AES-128-CBC, and these extensions.
fn hello_of_1_1(extensions: &[u8]) -> Vec<u8> {
    let mut hello = b"\x03\x02".to_vec();
    hello.extend([0; 32]);
    hello.extend(b"\x00\x00\x02\x00\x2f\x01\x00");
    hello.extend(extensions);
    let len = hello.len() as u8;
    let mut record = vec![0x16, 3, 1, 0, len + 4, 1, 0, 0, len];
    record.extend(hello);
    record
}

#[test]
fn tls_older_than_1_2_gets_an_alert_and_a_line() {
    const HANDSHAKE_FAILURE: u8 = 40;
    const PROTOCOL_VERSION: u8 = 70;
    let scene = Scene::new();
    // with signature_algorithms, as a client that knows 1.2 and has it turned off
    let modern: &[u8] = b"\x00\x0a\x00\x0d\x00\x06\x00\x04\x04\x03\x08\x04";
    for (extensions, told) in [(modern, PROTOCOL_VERSION), (b"", HANDSHAKE_FAILURE)] {
        let served = Served::start(scene.tls());
        let before = handshakes("old_tls");
        let alert = answer_to(&served, &hello_of_1_1(extensions));
        // one alert, which is fatal
        assert_eq!((&alert[..2], &alert[5..]), (&[21, 3][..], &[2, told][..]));
        assert!(warning(&served).contains("127.0.0.1 offers only a TLS that is older"));
        assert!(handshakes("old_tls") > before);
        assert!(scene.client().get(served.address(), "/health").is_ok());
    }
}

#[test]
fn both_versions_are_spoken_and_the_older_one_not_where_it_is_refused() {
    let scene = Scene::new();
    let older = Client::new(&scene.authority, None, OLDER);
    let newer = Client::new(&scene.authority, None, NEWER);
    let served = Served::start(scene.tls());
    for (client, version) in [
        (&older, ProtocolVersion::TLSv1_2),
        (&newer, ProtocolVersion::TLSv1_3),
    ] {
        let connection = client.connect(served.address()).expect("a connection");
        assert_eq!(connection.conn.protocol_version(), Some(version));
        let answer = client.get(served.address(), "/metrics").expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    let strict = Served::start(scene.tls().min_version(TlsVersion::Tls13));
    assert_eq!(
        older.refused(strict.address()),
        AlertDescription::ProtocolVersion
    );
    assert!(warning(&strict).contains("older than `min_version`"));
    assert!(newer.get(strict.address(), "/health").is_ok());
}

#[test]
fn who_speaks_only_another_protocol_within_tls_is_told() {
    let scene = Scene::new();
    let served = Served::start(scene.tls());
    let client = scene.client().speaking("h2");
    let alert = client.refused(served.address());
    assert_eq!(alert, AlertDescription::NoApplicationProtocol);
    assert!(warning(&served).contains("offers no HTTP/1.1"));
    let client = scene.client().speaking("http/1.1");
    assert!(client.get(served.address(), "/health").is_ok());
}

#[test]
fn a_client_that_does_not_trust_the_certificate_is_seen_in_the_log() {
    let scene = Scene::new();
    let served = Served::start(scene.tls());
    let elsewhere = super::Authority::new("elsewhere");
    let client = Client::new(&elsewhere, None, super::BOTH);
    client
        .get(served.address(), "/health")
        .expect_err("a client that refuses");
    assert!(warning(&served).contains("does not know who issued the certificate"));
}

#[test]
fn who_connects_and_leaves_is_in_no_line_of_the_log() {
    let scene = Scene::new();
    let served = Served::start(scene.tls());
    // many at once make room for each other before it is seen that they have left
    let ended = || handshakes("gone") + handshakes("displaced");
    let before = ended();
    for _ in 0..1_000 {
        drop(TcpStream::connect(served.address()).expect("a server that listens"));
    }
    wait_for("the end of them all", || {
        (ended() >= before + 1_000.0).then_some(())
    });
    // in the middle of a handshake too
    let mut tcp = TcpStream::connect(served.address()).expect("a server that listens");
    tcp.write_all(b"\x16\x03\x01").expect("a server that reads");
    tcp.shutdown(Shutdown::Write).expect("a connection");
    tcp.read_to_end(&mut Vec::new()).expect("an end");
    assert!(scene.client().get(served.address(), "/health").is_ok());
    assert_eq!(served.warnings(), [""; 0]);
}

#[test]
fn a_stranger_learns_nothing_of_a_tls_listener_and_is_told_by_a_plain_one() {
    let scene = Scene::new();
    let listener = || Listener::tcp("127.0.0.1:0").networks(["10.0.0.0/8"]);
    let served = Served::listening(listener().tls(scene.tls()));
    let before = handshakes("network");
    let error = scene.client().get(served.address(), "/health");
    // closed, or reset because the hello was not read; no alert
    assert!(
        error
            .expect_err("no answer")
            .get_ref()
            .is_none_or(|inner| { !inner.to_string().contains("alert") })
    );
    assert!(handshakes("network") > before);
    let plain = Served::listening(listener());
    let answer = answer_to(
        &plain,
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    let answer = String::from_utf8(answer).expect("text");
    assert!(
        answer.starts_with("HTTP/1.1 403 ") && answer.contains("`networks`"),
        "{answer}"
    );
}

#[test]
fn browsers_are_held_to_https_only_by_tls_and_only_if_it_is_wished() {
    const HSTS: &str = "strict-transport-security: max-age=86400\r\n";
    let scene = Scene::new();
    let told = Served::start(scene.tls().hsts_max_age(Duration::from_secs(86_400)));
    let not_told = Served::start(scene.tls());
    let client = scene.client();
    for path in ["/metrics", "/metrics/json", "/nothing", "/health", "/"] {
        let answer = client.get(told.address(), path).expect("an answer");
        assert!(
            answer.to_ascii_lowercase().contains(HSTS),
            "{path}: {answer}"
        );
        let answer = client.get(not_told.address(), path).expect("an answer");
        assert!(
            !answer.to_ascii_lowercase().contains("strict-transport"),
            "{path}: {answer}"
        );
    }
}

#[test]
fn the_stream_is_joined_by_wss_from_the_page_of_this_server_and_no_other() {
    let scene = Scene::new();
    let served = Served::start(scene.tls());
    let address = served.address();
    let join = |origin: &str| {
        let connection = scene.client().connect(address).expect("a handshake");
        let url = format!("wss://{address}/metrics/stream");
        tungstenite::client(from_origin(&url, origin), connection).ok()
    };
    let (mut socket, _) = join(&format!("https://{address}")).expect("a stream");
    let hello = socket.read().expect("a frame").into_text().expect("text");
    assert!(hello.contains(r#""type":"metrics:hello""#), "{hello}");
    assert!(join("https://evil.example").is_none());
}
