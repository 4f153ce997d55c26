//! Pages of other sites, other names, and what every answer says to a browser.

use metrics_server::{Exporter, Listener, Server};

use crate::client::Running;
use crate::raw;
use crate::shop::{exporter, shop};

/// All that tells of the application, be it that there is nothing.
pub(crate) const METRICS: [&str; 10] = [
    "/",
    "/metrics",
    "/metrics/json",
    "/metrics/stream",
    "/metrics/dashboard",
    "/metrics/rules",
    "/metrics/catalog",
    "/metrics/live",
    "/metrics/live/main.js",
    "/nowhere",
];

const EVIL: &str = "Origin: https://evil.example";

#[test]
fn pages_of_other_sites_read_nothing() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for path in METRICS {
        for headers in [
            &[EVIL][..],
            &["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"],
            &["Sec-Fetch-Site: same-site"],
            &["Origin: null"],
        ] {
            let answer = raw::get(&running, path, headers);
            assert_eq!(answer.status(), "403", "{path} {headers:?}");
            assert!(answer.text().contains("`allow_origin` lets them"), "{path}");
        }
    }
    assert_eq!(raw::get(&running, "/health", &[EVIL]).status(), "200");
    let own = Exporter::builder().build().expect("no settings");
    let refused = Running::new(&own).get("/metrics?name[]=metrics_requests_refused_total");
    let counted = refused.sample(r#"metrics_requests_refused_total{reason="origin"}"#);
    assert!(counted.is_some(), "{}", refused.body);
}

#[test]
fn pages_of_an_allowed_origin_read_and_are_told_so() {
    const ALLOWED: &str = "Origin: https://ops.example.com";
    let (registry, _shop) = shop();
    let exporter = Exporter::builder()
        .registry(&registry)
        .allow_origin("https://ops.example.com")
        .build()
        .expect("a good origin");
    let running = Running::new(&exporter);
    let answer = raw::get(&running, "/metrics/json", &[ALLOWED]);
    assert_eq!(answer.status(), "200");
    let allowed = answer.header("access-control-allow-origin");
    assert_eq!(allowed, "https://ops.example.com");
    assert!(
        answer.head.to_lowercase().contains("vary: origin"),
        "{}",
        answer.head
    );
    assert_eq!(
        answer.header("cross-origin-resource-policy"),
        "cross-origin"
    );
    let others = raw::get(&running, "/metrics/json", &[]);
    assert_eq!(others.header("access-control-allow-origin"), "");
}

/// A name of anybody's may lead to 127.0.0.1, and then a page of it asks as if it were ours.
#[test]
fn a_name_that_is_not_the_servers_leads_nowhere() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for path in METRICS {
        let rebound = ask(
            &running,
            path,
            "evil.example:9090",
            "Origin: http://evil.example:9090",
        );
        assert!(rebound.starts_with("HTTP/1.1 403 "), "{path}: {rebound}");
        assert!(rebound.contains("`evil.example`"), "{rebound}");
    }
    for host in ["localhost", "127.0.0.1:1", "[::1]:9090"] {
        let answer = ask(&running, "/metrics/json", host, "Accept: */*");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{host}: {answer}");
    }
}

#[test]
fn a_server_is_known_by_the_names_that_it_was_given() {
    let (registry, _shop) = shop();
    let listener = Listener::tcp("127.0.0.1:0").hosts(["metrics.example.com"]);
    let server = Server::bind(listener).expect("a free port");
    let running = Running::of(server.exporter(exporter(&registry)));
    let answer = ask(&running, "/metrics", "metrics.example.com", "Accept: */*");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

fn ask(running: &Running, path: &str, host: &str, header: &str) -> String {
    use std::io::{Read, Write};

    let mut connection = raw::connect(running.authority());
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{header}\r\nConnection: close\r\n\r\n");
    let asked = connection.write_all(request.as_bytes());
    asked.expect("a server that reads");
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).expect("an end");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn every_answer_tells_browsers_how_to_take_it() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let tag = raw::get(&running, "/metrics/live", &[])
        .header("etag")
        .to_owned();
    let known = format!("If-None-Match: {tag}");
    for (method, path, headers, status) in [
        ("GET", "/", &[][..], "200"),
        ("HEAD", "/metrics", &[], "200"),
        ("GET", "/metrics/json", &[], "200"),
        ("GET", "/metrics/live", &[known.as_str()], "304"),
        ("GET", "/metrics/live/main.js", &[], "200"),
        ("GET", "/metrics/live/nothing", &[], "404"),
        ("GET", "/metrics?match[]={", &[], "400"),
        ("GET", "/metrics", &[EVIL], "403"),
        ("GET", "/nowhere", &[], "404"),
        ("POST", "/metrics", &[], "405"),
        ("GET", "/metrics/stream", &[], "400"),
        ("GET", "/health", &[], "200"),
    ] {
        let answer = raw::request(&running, method, path, headers);
        assert_eq!(answer.status(), status, "{method} {path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{method} {path}: {name}");
        }
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{method} {path}");
        assert!(policy.contains("frame-ancestors 'none'"), "{method} {path}");
        assert_eq!(answer.header("server"), "", "{method} {path}");
    }
}
