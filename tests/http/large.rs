//! A registry of 200,000 series: streamed whole, not harmed by clients that leave or stall, and bounded in
//! how many read it at once.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::OnceLock;

use metrics_core::{Counter, LabelSet, MetricSet, Registry, ValueSnapshot};

use crate::client::{Running, wait_for};
use crate::raw;
use crate::shop::exporter;

pub(crate) const SERIES: usize = 200_000;

#[derive(Clone, Copy, Debug, LabelSet)]
struct ByUser {
    #[label(open, max = 200_000)]
    user: usize,
}

/// What users do.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Users {
    /// Clicks by user.
    clicks: Counter<ByUser>,
}

/// The registry, filled once for all tests: each user has clicked as often as their number.
pub(crate) fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let registry = Registry::new();
        let users = Users::register(&registry).expect("an empty registry");
        for user in 0..SERIES {
            users.clicks.with(ByUser { user }).inc_by(user as u64);
        }
        registry
    })
}

/// A scrape that is asked for and not read.
fn begin_scrape(running: &Running) -> TcpStream {
    let mut connection = raw::connect(running.authority());
    let request = format!(
        "GET /metrics HTTP/1.1\r\nHost: {}\r\n\r\n",
        running.authority()
    );
    connection
        .write_all(request.as_bytes())
        .expect("a server that reads");
    connection
}

/// Checks a whole exposition of the registry, number by number.
fn assert_whole(body: &str) {
    let samples = body
        .lines()
        .filter_map(|line| line.strip_prefix("clicks_total{user=\""));
    let mut count = 0;
    for sample in samples {
        let (user, clicks) = sample
            .split_once("\"} ")
            .unwrap_or_else(|| panic!("a broken line: {sample}"));
        assert_eq!(user, clicks, "{sample}");
        count += 1;
    }
    assert_eq!(count, SERIES);
}

#[test]
fn it_is_streamed_in_chunks_and_whole() {
    let running = Running::new(&exporter(registry()));
    let answer = running.get("/metrics");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("transfer-encoding"), "chunked");
    assert_whole(&answer.body);
}

#[test]
fn clients_that_leave_in_the_middle_hurt_nobody() {
    let running = Running::new(&exporter(registry()));
    for _ in 0..30 {
        let mut connection = begin_scrape(&running);
        let mut start = [0; 100];
        connection
            .read_exact(&mut start)
            .expect("the start of an answer");
        assert!(
            start.starts_with(b"HTTP/1.1 200 OK"),
            "{}",
            String::from_utf8_lossy(&start)
        );
    }
    assert_whole(&running.get("/metrics").body);
    // the server's own metrics are in the global registry, and other tests scrape at the same time
    let own = |family: &str, end: Option<&str>| {
        let families = Registry::global().snapshot().families;
        let family = families
            .into_iter()
            .find(|f| f.name == family)
            .expect("an own metric");
        let mut series = family.series.into_iter();
        let labelled = |labels: &[(String, String)]| {
            end.is_none_or(|end| labels.iter().any(|(_, v)| v == end))
        };
        let value = series
            .find(|series| labelled(&series.labels))
            .expect("its series")
            .value;
        match value {
            ValueSnapshot::Number(number) => number.as_f64(),
            other => panic!("{other:?}"),
        }
    };
    wait_for("all scrapes to end", || {
        (own("metrics_scrapes_in_flight", None) == 0.0).then_some(())
    });
    wait_for("30 abandoned ones", || {
        (own("metrics_scrapes_total", Some("abandoned")) >= 30.0).then_some(())
    });
}

#[test]
fn too_many_scrapes_at_once_are_503_until_some_end() {
    let running = Running::new(&exporter(registry()));
    let stalled: Vec<_> = (0..40)
        .map(|_| {
            let mut connection = begin_scrape(&running);
            // an answer that has begun is one of those under way
            connection
                .read_exact(&mut [0; 100])
                .expect("the start of an answer");
            connection
        })
        .collect();
    for path in ["/metrics", "/metrics/json"] {
        let answer = running.get(path);
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (503, "1"),
            "{path}"
        );
        assert!(
            answer.body.contains("40 scrapes are under way"),
            "{path}: {}",
            answer.body
        );
    }
    assert_eq!(
        running.get("/health").status,
        200,
        "the server is not stuck"
    );
    drop(stalled);
    wait_for("a scrape that is let in", || {
        (running.get("/metrics").status == 200).then_some(())
    });
}

#[test]
fn stop_does_not_wait_for_a_client_that_stalls() {
    let running = Running::new(&exporter(registry()));
    let mut stalled = begin_scrape(&running);
    stalled
        .read_exact(&mut [0; 100])
        .expect("the start of an answer");
    running.stop();
    drop(stalled);
}
