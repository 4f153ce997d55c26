//! A server that stops under load.

use std::io::Read;
use std::net::TcpStream;
use std::thread;

use metrics_core::{Counter, LabelSet, MetricSet, Registry};

use super::slow_code::Gate;
use crate::client::{Running, wait_for};
use crate::formats;
use crate::raw;
use crate::shop::exporter;
use crate::stream_client::Stream;

const USERS: u32 = 8_000;

#[derive(Clone, Copy, Debug, LabelSet)]
struct ByUser {
    #[label(open, max = 8_000)]
    user: u32,
}

/// Enough for an answer to begin before it is all there, and little enough to be on its way without being read.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Load {
    /// Clicks by user.
    clicks: Counter<ByUser>,
    /// The last of the walk.
    zz_gate: formats::Gate,
}

#[test]
fn scrapes_under_way_finish_and_streams_are_told() {
    let registry = Registry::new();
    let load = Load::register(&registry).expect("an empty registry");
    for user in 0..USERS {
        load.clicks.with(ByUser { user }).inc_by(u64::from(user));
    }
    let running = Running::new(&exporter(&registry));
    let address = running.authority();
    let url = format!("ws://{address}/metrics/stream");
    let mut streams: Vec<_> = (0..8).map(|_| Stream::connect(&url)).collect();
    for stream in &mut streams {
        stream.next_of("metrics:snapshot");
    }
    load.zz_gate.set(false);
    let scrapes: Vec<_> = (0..20)
        .map(|_| {
            let mut scrape = raw::send(&running, "GET", "/metrics", &[]);
            let mut status = [0; 12];
            scrape
                .read_exact(&mut status)
                .expect("the start of an answer");
            assert_eq!(&status, b"HTTP/1.1 200");
            scrape
        })
        .collect();
    let stopping = thread::spawn(move || running.stop());
    wait_for("nobody to listen", || TcpStream::connect(&address).err());
    load.zz_gate.set(true);
    for mut scrape in scrapes {
        let mut rest = String::new();
        scrape
            .read_to_string(&mut rest)
            .expect("an answer that ends");
        let samples = rest
            .lines()
            .filter(|line| line.starts_with("clicks_total{"));
        // a line may be cut by the length of a chunk
        assert!(samples.count() > USERS as usize - 100);
        assert!(rest.ends_with("zz_gate 1\n\r\n0\r\n\r\n"), "it has no end");
    }
    for mut stream in streams {
        stream.next_of("metrics:bye");
        assert_eq!(stream.close_code(), Some(1001));
    }
    stopping.join().expect("a server that stops");
}

#[test]
fn code_that_hangs_is_not_waited_for() {
    let registry = Registry::new();
    let gate = Gate::default();
    registry.add_collector("hangs", gate.waiting());
    let running = Running::new(&exporter(&registry));
    // as long as a scraper may wait, and code for it
    let header = "X-Prometheus-Scrape-Timeout-Seconds: 30";
    let mut scrape = raw::send(&running, "GET", "/metrics", &[header]);
    wait_for("a scrape that waits", || (gate.came() > 0).then_some(()));
    running.stop();
    // it would be answered half a second before its time is over
    let mut answer = Vec::new();
    let end = scrape.read_to_end(&mut answer);
    assert_eq!(answer, b"", "{end:?}: the server has waited");
}
