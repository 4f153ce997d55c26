//! Whatever is put in comes out again: label values of any text, help texts, numbers of any size, read back
//! from the exposition by parsers that are not ours.
//!
//! The parsers are those of the Python client (of the text format, and the strict one of OpenMetrics) and a decoder of
//! protobuf, case by case, so that a failure shrinks to its core; and Prometheus itself, a large batch at once. The crate
//! `prometheus-parse` would not do: it cuts labels at every comma and unescapes nothing. What all formats say of one quiet
//! server is compared at last, packed and not.
//!
//! `ROUND_TRIP_SEED=n` repeats a run with the seed that it printed.

#[path = "round_trip/decode.rs"]
mod decode;
#[path = "round_trip/download.rs"]
mod download;
#[path = "round_trip/exposition.rs"]
mod exposition;
#[path = "round_trip/foreign.rs"]
mod foreign;
#[path = "round_trip/generate.rs"]
mod generate;
#[path = "../formats/messages.rs"]
mod messages;
#[path = "round_trip/native.rs"]
mod native;
#[path = "round_trip/prometheus_server.rs"]
mod prometheus_server;
#[path = "round_trip/python.rs"]
mod python;

use download::{ENCODINGS, JSON, OPEN_METRICS, PROTOBUF, TEXT, download};
use exposition::Exposition;
use generate::{Batch, batches};
use metrics_core::Registry;
use metrics_server::Server;
use prometheus_server::PrometheusServer;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use python::{Format, Reader};

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

/// The Python client's parsers strip white space from the ends of a help text.
fn dressed(help: String) -> String {
    format!("({help})")
}

/// Has batches of a few series each encoded and read; what is read must be what is expected of the format.
#[track_caller]
fn round_trips(
    cases: u32,
    read: impl Fn(&Registry) -> Result<Exposition, String>,
    expected_of: impl Fn(Exposition) -> Exposition,
) {
    let property = |batch: Batch| {
        let (registry, expected) = batch.expose();
        let expected = expected_of(expected);
        let read = read(&registry).map_err(TestCaseError::fail)?.only_put_in();
        prop_assert_eq!(&read.samples, &expected.samples);
        prop_assert_eq!(&read.families, &expected.families);
        Ok(())
    };
    if let Err(failure) = runner(cases).run(&batches(0..6, dressed), property) {
        panic!("{failure}");
    }
}

#[test]
fn the_python_client_reads_back_what_was_put_in() {
    let reader = Reader::start();
    let read = |registry: &Registry| {
        let text = registry.encode_text();
        let read = reader.read(Format::Text, &text);
        read.map_err(|error| format!("{error} in:\n{text}"))
    };
    round_trips(1000, read, Exposition::in_text);
}

#[test]
fn the_strict_parser_of_open_metrics_reads_back_what_was_put_in() {
    let reader = Reader::start();
    let read = |registry: &Registry| {
        let text = registry.encode_open_metrics();
        let read = reader.read(Format::OpenMetrics, &text);
        read.map_err(|error| format!("{error} in:\n{text}"))
    };
    round_trips(1000, read, |expected| {
        expected.in_open_metrics().in_python()
    });
}

#[test]
fn a_decoder_of_protobuf_reads_back_what_was_put_in() {
    let read = |registry: &Registry| Ok(decode::protobuf(&registry.encode_protobuf()));
    round_trips(500, read, Exposition::in_protobuf);
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
    assert_same(&read, &expected.in_open_metrics(), "OpenMetrics");
    drop(prometheus);
    server.stop().expect("a server that ran well");
}

/// Fails with the first difference: of some thousand samples nobody wants to see all.
#[track_caller]
fn assert_same(read: &Exposition, expected: &Exposition, what: &str) {
    assert_eq!(read.families, expected.families, "{what}");
    for (series, value) in &expected.samples {
        assert_eq!(
            read.samples.get(series),
            Some(value),
            "{series:?} in {what}"
        );
    }
    assert_eq!(read.samples.len(), expected.samples.len(), "{what}");
}

/// The same content over HTTP in every format, packed in every way.
#[test]
fn every_format_of_a_quiet_server_says_the_same() {
    let mut runner = runner(1);
    let batch = batches(3000..3001, dressed)
        .new_tree(&mut runner)
        .expect("a batch")
        .current();
    let server = Server::bind("127.0.0.1:0").expect("a free port");
    let (registry, _) = batch.expose();
    let server = server.registry(&registry).spawn().expect("a server");
    let reader = Reader::start();
    let python = |format, bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).expect("UTF-8");
        reader.read(format, &text).expect("an exposition")
    };
    for encoding in ENCODINGS {
        for format in [TEXT, OPEN_METRICS, PROTOBUF, JSON] {
            let bytes = download(server.address(), format, encoding);
            // what was put in is expected of each, so they are equal to each other
            let (_, expected) = batch.expose();
            let (read, expected) = match format {
                TEXT => (python(Format::Text, bytes), expected.in_text()),
                OPEN_METRICS => (
                    python(Format::OpenMetrics, bytes),
                    expected.in_open_metrics().in_python(),
                ),
                PROTOBUF => (decode::protobuf(&bytes), expected.in_protobuf()),
                _ => (decode::json(&bytes).with_plain_bounds(), expected.in_json()),
            };
            let read = read.only_put_in();
            assert_same(&read, &expected, &format!("{format}, {encoding}"));
        }
    }
    server.stop().expect("a server that ran well");
}

/// A registry with the text in every place that takes any.
#[test]
fn each_ascii_character_is_read_back_by_both() {
    let batch = Batch::of_ascii();
    let (registry, expected): (Registry, Exposition) = batch.expose();
    let reader = Reader::start();
    let text = reader.read(Format::Text, &registry.encode_text());
    let text = text.expect("an exposition").only_put_in();
    assert_eq!(text.samples, batch.expose().1.in_text().samples);
    let open_metrics = reader.read(Format::OpenMetrics, &registry.encode_open_metrics());
    let open_metrics = open_metrics.expect("an exposition").only_put_in();
    assert_eq!(
        open_metrics.samples,
        batch.expose().1.in_open_metrics().samples
    );
    let server = Server::bind("127.0.0.1:0").expect("a free port");
    let server = server.registry(&registry).spawn().expect("a server");
    let read = PrometheusServer::scraping(server.address()).scraped();
    assert_same(
        &read.only_put_in(),
        &expected.in_open_metrics(),
        "OpenMetrics",
    );
    server.stop().expect("a server that ran well");
}
