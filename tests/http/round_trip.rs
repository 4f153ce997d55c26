//! Whatever is put in comes out again: label values of any text, help texts, numbers of any size, read back
//! from the exposition by parsers that are not ours.
//!
//! The parsers are that of the Python client, case by case, so that a failure shrinks to its core; and
//! Prometheus itself, a large batch at once. The crate `prometheus-parse` would not do: it cuts labels at
//! every comma and unescapes nothing.
//!
//! `ROUND_TRIP_SEED=n` repeats a run with the seed that it printed.

#[path = "round_trip/generate.rs"]
mod generate;
#[path = "round_trip/prometheus_server.rs"]
mod prometheus_server;
#[path = "round_trip/python.rs"]
mod python;

use std::collections::BTreeMap;

use generate::{Batch, batches};
use metrics_core::Registry;
use metrics_server::Server;
use prometheus_server::PrometheusServer;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use python::Reader;

/// A sample's name and labels, in order; labels with an empty value are none.
type Series = (String, BTreeMap<String, String>);

/// The bits of every sample's value, so that -0 is not 0; every NaN has the same.
type Samples = BTreeMap<Series, u64>;

fn bits(value: f64) -> u64 {
    if value.is_nan() {
        f64::NAN.to_bits()
    } else {
        value.to_bits()
    }
}

/// What a parser made of an exposition, or must make of it.
#[derive(Debug, Default)]
struct Exposition {
    /// Type and help by family name.
    families: BTreeMap<String, (String, String)>,
    samples: Samples,
}

impl Exposition {
    /// Without the families that the framework adds of its own accord.
    fn only_put_in(mut self) -> Self {
        self.families.retain(|name, _| name.starts_with("trip_"));
        self.samples
            .retain(|(name, _), _| name.starts_with("trip_"));
        self
    }
}

fn runner(cases: u32) -> TestRunner {
    let seed = match std::env::var("ROUND_TRIP_SEED") {
        Ok(seed) => seed.parse().expect("ROUND_TRIP_SEED is a number"),
        Err(_) => std::time::UNIX_EPOCH
            .elapsed()
            .map_or(0, |since| since.as_nanos() as u64),
    };
    println!("ROUND_TRIP_SEED={seed}");
    TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        // the seed is printed, and nothing is written into the source tree
        failure_persistence: None,
        // milliseconds; a smaller case is not worth a longer wait
        max_shrink_time: 20_000,
        ..Config::default()
    })
}

#[test]
fn the_python_client_reads_back_what_was_put_in() {
    let reader = Reader::start();
    let property = |batch: Batch| {
        let (registry, expected) = batch.expose();
        let text = registry.encode_text();
        let read = reader
            .read(&text)
            .map_err(|error| TestCaseError::fail(format!("{error} in:\n{text}")))?;
        let read = read.only_put_in();
        prop_assert_eq!(&read.samples, &expected.samples, "from:\n{}", text);
        prop_assert_eq!(&read.families, &expected.families, "from:\n{}", text);
        Ok(())
    };
    // 2000 cases of a few series each; this parser strips white space from the ends of a help text
    if let Err(failure) = runner(2000).run(&batches(0..6, |help| format!("({help})")), property) {
        panic!("{failure}");
    }
}

#[test]
fn prometheus_reads_back_what_was_put_in() {
    let mut runner = runner(1);
    let batch = batches(2000..2001, |help| format!("{help}."))
        .new_tree(&mut runner)
        .expect("a batch")
        .current();
    let (registry, expected) = batch.expose();
    let server = Server::bind("127.0.0.1:0").expect("a free port");
    let server = server.registry(&registry).spawn().expect("a server");
    let prometheus = PrometheusServer::scraping(server.address());
    let read = prometheus.scraped().only_put_in();
    for (series, value) in &expected.samples {
        assert_eq!(
            read.samples
                .get(series)
                .map(|bits| f64::from_bits(*bits))
                .map(bits),
            Some(*value),
            "{series:?}"
        );
    }
    assert_eq!(read.samples.len(), expected.samples.len());
    assert_eq!(read.families, expected.families);
    drop(prometheus);
    server.stop().expect("a server that ran well");
}

/// A registry with the text in every place that takes any.
#[test]
fn each_ascii_character_is_read_back_by_both() {
    let batch = Batch::of_ascii();
    let (registry, expected): (Registry, Exposition) = batch.expose();
    let read = Reader::start()
        .read(&registry.encode_text())
        .expect("an exposition")
        .only_put_in();
    assert_eq!(read.samples, expected.samples);
    let server = Server::bind("127.0.0.1:0").expect("a free port");
    let server = server.registry(&registry).spawn().expect("a server");
    let read = PrometheusServer::scraping(server.address())
        .scraped()
        .only_put_in();
    assert_eq!(read.samples, expected.samples);
    server.stop().expect("a server that ran well");
}
