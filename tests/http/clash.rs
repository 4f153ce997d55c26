//! Two libraries that clash, linked into one program: all of it is reported at once, with both places; the
//! rest is exposed once; a server refuses to start, and nothing is exported.

use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use clash_first as _;
use clash_second as _;
use metrics_core::{Conflict, Error, Registry};
use metrics_server::{Artifacts, Server};

const FIRST: &str = include_str!("../fixtures/clash_first/src/lib.rs");
const SECOND: &str = include_str!("../fixtures/clash_second/src/lib.rs");

/// `file:line` of the line that begins so, as a declaration there is told.
fn place(library: &str, source: &str, declaration: &str) -> String {
    let line = source
        .lines()
        .position(|line| line.trim_start().starts_with(declaration));
    let line = line.unwrap_or_else(|| panic!("no `{declaration}` in {library}")) + 1;
    format!("fixtures/{library}/src/lib.rs:{line} (package `{library}`)")
}

fn first(declaration: &str) -> String {
    place("clash_first", FIRST, declaration)
}

fn second(declaration: &str) -> String {
    place("clash_second", SECOND, declaration)
}

fn report() -> Vec<Conflict> {
    match Registry::global().check() {
        Err(Error::Conflicts(conflicts)) => conflicts,
        other => panic!("{other:?}"),
    }
}

fn assert_tells_all(report: &str) {
    assert!(
        report.starts_with("3 of the declared metrics cannot be exposed"),
        "{report}"
    );
    let conflicts: Vec<_> = report.split("\n- ").skip(1).collect();
    assert_eq!(conflicts.len(), 3, "{report}");
    let expected = [
        (
            "`clash_requests_total`",
            first("pub requests"),
            second("pub requests"),
        ),
        (
            "`clash_wait_seconds` in OpenMetrics",
            first("pub wait"),
            second("pub wait"),
        ),
        (
            "`clash_sizes_count` is also the name of a series of `clash_sizes`",
            first("pub sizes:"),
            second("pub sizes_count"),
        ),
    ];
    for (name, first, second) in expected {
        let told = conflicts.iter().any(|conflict| {
            conflict.contains(name)
                && conflict.contains(&first)
                && conflict.contains(&second)
                && conflict.contains("rename one of them")
        });
        assert!(
            told,
            "{name}, {first} and {second} are not told together in:\n{report}"
        );
    }
}

#[test]
fn all_clashes_are_told_together_with_both_places() {
    assert_eq!(report().len(), 3);
    assert_tells_all(&Error::Conflicts(report()).to_string());
}

#[test]
fn the_rest_is_exposed_and_what_clashes_once() {
    let text = Registry::global().encode_text();
    let count = |line: &str| text.lines().filter(|l| *l == line).count();
    for line in [
        "clash_requests_total 0",
        "clash_first_only 0",
        "clash_second_only 0",
        "# TYPE clash_wait_seconds histogram",
        "clash_wait_seconds_count 0",
        "# TYPE clash_sizes histogram",
        "clash_sizes_count 0",
    ] {
        assert_eq!(count(line), 1, "`{line}` in:\n{text}");
    }
    // of two, the first by its place
    assert!(
        text.contains("Requests, as the first library sees them."),
        "{text}"
    );
    assert!(!text.contains("as the second library sees them."), "{text}");
}

#[test]
fn a_server_refuses_with_the_report_and_frees_its_port() {
    let server = Server::bind("127.0.0.1:0").expect("a free port");
    let address = server.address();
    let error = server.spawn().expect_err("the metrics clash");
    assert!(
        matches!(error, metrics_server::Error::Registry(_)),
        "{error:?}"
    );
    let told = error.to_string();
    let (start, report) = told.split_once(": ").expect("a report");
    assert_eq!(start, "the metrics server does not start");
    assert_tells_all(report);
    TcpListener::bind(address).expect("the port is free again");
}

#[test]
fn a_server_that_runs_on_this_thread_refuses_too() {
    let (ended, end) = mpsc::channel();
    thread::spawn(move || {
        let server = Server::bind("127.0.0.1:0").expect("a free port");
        ended.send(server.run())
    });
    // one that does not refuse goes on for ever
    let result = end.recv_timeout(Duration::from_secs(60));
    let error = result
        .expect("a server that does not start")
        .expect_err("the metrics clash");
    assert!(
        matches!(error, metrics_server::Error::Registry(_)),
        "{error:?}"
    );
}

#[test]
fn nothing_is_exported_for_a_program_that_would_not_start() {
    let error = Artifacts::global().name("clash").files();
    let Err(metrics_server::Error::Artifacts(mistakes)) = error else {
        panic!("{error:?}");
    };
    let told: Vec<_> = report().iter().map(ToString::to_string).collect();
    assert_eq!(mistakes, told);
}
