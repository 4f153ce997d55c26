//! Handlers and code of users that panic.

use std::io::{Read, Write};

use metrics_server::Exporter;
use metrics_server::testing::{PANICS, panics};

use crate::client::Running;
use crate::raw;
use crate::shop::{exporter, shop};
use crate::stream_client::Stream;

/// What comes back for two requests on one connection, which it outlives.
fn two_answers(running: &Running, first: &str, second: &str) -> String {
    let mut connection = raw::connect(running.authority());
    let request = format!(
        "GET {first} HTTP/1.1\r\nHost: localhost\r\n\r\n\
         GET {second} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    );
    let asked = connection.write_all(request.as_bytes());
    asked.expect("a server that reads");
    let mut answers = String::new();
    let read = connection.read_to_string(&mut answers);
    read.expect("answers that end");
    answers
}

#[test]
fn a_handler_that_panics_is_a_500_and_its_connection_goes_on() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for path in [
        "/metrics",
        "/metrics/json",
        "/metrics/stream",
        "/health",
        "/nowhere",
    ] {
        let answers = two_answers(&running, &format!("{path}?{PANICS}"), "/health");
        assert!(answers.starts_with("HTTP/1.1 500 "), "{path}: {answers}");
        assert!(answers.contains("the process's log says why"), "{answers}");
        assert!(
            answers.contains("x-content-type-options: nosniff"),
            "{answers}"
        );
        assert!(answers.contains("HTTP/1.1 200 OK"), "{path}: {answers}");
        assert!(answers.ends_with(r#"{"status":"ok"}"#), "{path}: {answers}");
    }
    assert!(panics() >= 5);
}

#[test]
fn a_session_of_the_stream_that_panics_says_that_it_failed_and_hurts_no_neighbour() {
    let (registry, shop) = shop();
    let running = Running::new(&exporter(&registry));
    let url = format!(
        "ws://{}/metrics/stream?interval_ms=100",
        running.authority()
    );
    let (mut failing, mut neighbour) = (Stream::connect(&url), Stream::connect(&url));
    failing.next_of("metrics:snapshot");
    neighbour.next_of("metrics:snapshot");
    failing.say(PANICS);
    assert_eq!(failing.close_code(), Some(1011));
    shop.customers.inc();
    neighbour.next_of("metrics:delta");
}

#[test]
fn a_readiness_that_panics_is_not_ready() {
    let (registry, _shop) = shop();
    let exporter = Exporter::builder()
        .registry(&registry)
        .ready_when(|| panic!("as a test asks"))
        .build()
        .expect("good settings");
    let running = Running::new(&exporter);
    let answer = running.get("/health/ready");
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (503, r#"{"status":"failed"}"#)
    );
}
