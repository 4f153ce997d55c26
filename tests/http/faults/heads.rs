//! Heads of requests that trickle, or are too large.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{DEADLINE, Running, wait_for};
use crate::raw;
use crate::shop::{exporter, shop};

/// Reads the answer of `/health`.
fn hear_that_it_is_well(connection: &mut TcpStream) {
    let mut answer = Vec::new();
    let mut some = [0; 256];
    while !answer.ends_with(br#"{"status":"ok"}"#) {
        let read = connection.read(&mut some).expect("an answer");
        assert_ne!(read, 0, "it ended");
        answer.extend_from_slice(&some[..read]);
    }
}

/// Sends the start of a head a byte a second, and gives what the server says to it.
fn trickle(mut connection: TcpStream) -> String {
    let began = Instant::now();
    let mut answer = Vec::new();
    connection
        .set_read_timeout(Some(Duration::from_secs(1)))
        .expect("a timeout");
    for byte in b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain"
        .iter()
        .cycle()
    {
        assert!(began.elapsed() < DEADLINE, "it is still heard");
        // once the server has left it cannot be told more
        let _ = connection.write_all(&[*byte]);
        let mut some = [0; 256];
        match connection.read(&mut some) {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&some[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(_) => {}
        }
    }
    String::from_utf8(answer).expect("an answer of text")
}

#[test]
fn a_head_that_trickles_is_408() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let slow: Vec<_> = (0..50)
        .map(|_| {
            let connection = TcpStream::connect(running.authority()).expect("a server");
            thread::spawn(move || trickle(connection))
        })
        .collect();
    // others are served meanwhile
    assert_eq!(running.get("/metrics").status, 200);
    for of in slow {
        let answer = of.join().expect("a client that ends");
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
}

#[test]
fn so_is_one_that_follows_an_answer_on_the_same_connection() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let mut connection = raw::connect(running.authority());
    let asked = connection.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    asked.expect("a server that reads");
    hear_that_it_is_well(&mut connection);
    let answer = trickle(connection);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[test]
fn a_pause_within_a_request_or_between_two_is_no_fault() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let mut connection = raw::connect(running.authority());
    for _ in 0..4 {
        for part in ["GET /health HTTP/1.1\r\n", "Host: localhost\r\n\r\n"] {
            thread::sleep(Duration::from_millis(600));
            let asked = connection.write_all(part.as_bytes());
            asked.expect("a server that reads");
        }
        hear_that_it_is_well(&mut connection);
    }
}

#[test]
fn heads_that_are_too_large_are_431_and_hurt_nobody() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let many: Vec<_> = (0..97).map(|n| format!("X-{n}: 1")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let long = format!("X: {}", "x".repeat(200 * 1024));
    let path = format!("/metrics?{}", "x".repeat(200 * 1024));
    for (path, headers) in [
        ("/metrics", &many[..]),
        ("/metrics", &[long.as_str()][..]),
        (path.as_str(), &[][..]),
    ] {
        let head = wait_for("an answer", || status_of(&running, path, headers));
        assert!(head.starts_with("HTTP/1.1 431 "), "{head}");
        assert_eq!(raw::get(&running, "/metrics", &[]).status(), "200");
    }
}

/// The first line of the answer; nothing where it was lost, as the server may leave before all was said.
fn status_of(running: &Running, path: &str, headers: &[&str]) -> Option<String> {
    let mut connection = raw::connect(running.authority());
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\n{}\r\n\r\n",
        headers.join("\r\n")
    );
    let _ = connection.write_all(request.as_bytes());
    let mut some = [0; 64];
    let read = connection.read(&mut some).ok()?;
    let text = std::str::from_utf8(&some[..read]).ok()?;
    text.lines().next().map(str::to_owned)
}

/// Nothing here reads bodies, and who announces one and does not send it keeps no connection.
#[test]
fn a_body_that_never_comes_is_not_waited_for() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for (request, status) in [
        ("POST /metrics HTTP/1.1\r\nContent-Length: 100", "405"),
        ("GET /metrics HTTP/1.1\r\nContent-Length: 100", "200"),
        ("GET /metrics HTTP/1.1\r\nTransfer-Encoding: chunked", "200"),
        (
            "POST /nowhere HTTP/1.1\r\nContent-Length: 9\r\nExpect: 100-continue",
            "404",
        ),
    ] {
        let mut connection = raw::connect(running.authority());
        let asked =
            connection.write_all(format!("{request}\r\nHost: localhost\r\n\r\n").as_bytes());
        asked.expect("a server that reads");
        let mut answer = String::new();
        let read = connection.read_to_string(&mut answer);
        read.unwrap_or_else(|error| panic!("{request}: {error}"));
        let answer = answer.trim_start_matches("HTTP/1.1 100 Continue\r\n\r\n");
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}: {answer}"
        );
    }
}
