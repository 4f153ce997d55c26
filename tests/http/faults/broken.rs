//! Answers that cannot be written to their end, and scrapers that leave before it.

use std::io::{Read, Write};
use std::time::Duration;

use metrics_core::{OPEN_METRICS_CONTENT_TYPE, PROTOBUF_CONTENT_TYPE};
use metrics_server::Exporter;
use metrics_server::testing::FAILS_AFTER;

use crate::client::{Running, wait_for};
use crate::raw::{self, RawAnswer};
use crate::shop::{exporter, shop};
use crate::{large, logged};

const CODINGS: [&str; 3] = ["identity", "gzip", "zstd"];

/// Each path with what it is asked for as.
const FORMATS: [(&str, &str); 4] = [
    ("/metrics", "text/plain"),
    ("/metrics", OPEN_METRICS_CONTENT_TYPE),
    ("/metrics", PROTOBUF_CONTENT_TYPE),
    ("/metrics/json", "application/json"),
];

fn failing(running: &Running, after: usize, path: &str, accept: &str, coding: &str) -> RawAnswer {
    let path = format!("{path}?{FAILS_AFTER}={after}");
    let accept = format!("Accept: {accept}");
    let coding = format!("Accept-Encoding: {coding}");
    raw::get(running, &path, &[&accept, &coding])
}

/// Whether a decoder takes these bytes for all of it.
fn decodes(coding: &str, body: &[u8]) -> bool {
    let mut plain = Vec::new();
    match coding {
        "gzip" => flate2::read::GzDecoder::new(body).read_to_end(&mut plain),
        "zstd" => zstd::Decoder::new(body).and_then(|mut of| of.read_to_end(&mut plain)),
        _ => return true,
    }
    .is_ok()
}

#[test]
fn what_fails_before_its_first_byte_is_a_500() {
    logged::keep();
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for (path, accept) in FORMATS {
        for coding in CODINGS {
            let answer = failing(&running, 0, path, accept, coding);
            assert_eq!(answer.status(), "500", "{accept} {coding}");
            assert!(answer.whole, "{accept} {coding}");
            let sentence = answer.text();
            assert!(
                sentence.contains("the process's log says why"),
                "{sentence}"
            );
        }
    }
    let own = Running::new(&Exporter::global());
    for format in ["text", "open_metrics", "protobuf", "json"] {
        let counted = format!("metrics_scrapes_total{{format=\"{format}\",end=\"failed\"}}");
        wait_for(&counted, || {
            let told = own.get("/metrics?name[]=metrics_scrapes_total");
            let failed = told.sample(&counted)?.parse::<u64>().ok()?;
            (failed >= CODINGS.len() as u64).then_some(())
        });
        let warned = format!("a scrape failed ({format}): as a test asks");
        assert!(!logged::warnings(&warned).is_empty(), "{format}");
    }
}

#[test]
fn what_fails_later_has_no_end() {
    let running = Running::new(&exporter(large::registry()));
    for (path, accept) in FORMATS {
        for coding in CODINGS {
            let answer = failing(&running, 200 * 1024, path, accept, coding);
            assert_eq!(answer.status(), "200", "{accept} {coding}");
            assert!(!answer.body.is_empty(), "{accept} {coding}");
            assert!(!answer.whole, "{accept} {coding}");
            let is_plain = coding == "identity";
            assert!(
                is_plain || !decodes(coding, &answer.body),
                "{accept} {coding}"
            );
        }
    }
}

#[test]
fn a_scraper_that_leaves_is_told_to_who_debugs() {
    logged::keep();
    let running = Running::new(&exporter(large::registry()));
    let mut connection = raw::connect(running.authority());
    let accept = format!("Accept: {OPEN_METRICS_CONTENT_TYPE}");
    let request = format!(
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\n{accept}\r\nX-Prometheus-Scrape-Timeout-Seconds: 30\r\n\r\n"
    );
    let asked = connection.write_all(request.as_bytes());
    asked.expect("a server that reads");
    connection.read_exact(&mut [0; 100]).expect("an answer");
    let said = || logged::debugs("a scraper left before it had all (open_metrics").len();
    let before = said();
    // with a reset
    let linger = socket2::SockRef::from(&connection).set_linger(Some(Duration::ZERO));
    linger.expect("a socket");
    drop(connection);
    wait_for("a line", || (said() > before).then_some(()));
}
