//! Scrapes over HTTP: asked for by content type and encoding, checked to be so, and unpacked by libraries that are not
//! ours.

use std::io::Read;
use std::net::SocketAddr;

pub(crate) const TEXT: &str = "text/plain; version=0.0.4";
pub(crate) const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0";
pub(crate) const PROTOBUF: &str =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";
/// Which has a path of its own.
pub(crate) const JSON: &str = "application/json";

pub(crate) const ENCODINGS: [&str; 3] = ["identity", "gzip", "zstd"];

/// The exposition in this format, as it was before it was packed.
pub(crate) fn download(server: SocketAddr, format: &str, encoding: &str) -> Vec<u8> {
    let path = if format == JSON {
        "/metrics/json"
    } else {
        "/metrics"
    };
    let request = ureq::get(format!("http://{server}{path}"))
        .header("Accept", format)
        .header("Accept-Encoding", encoding);
    let mut answer = request.call().expect("an answer");
    let header = |name: &str| {
        let value = answer.headers().get(name);
        value
            .map_or("identity", |value| value.to_str().expect("text"))
            .to_owned()
    };
    assert!(
        header("content-type").starts_with(format),
        "{format}: {}",
        header("content-type")
    );
    assert_eq!(header("content-encoding"), encoding, "{format}");
    let body = answer.body_mut().with_config().limit(1 << 30);
    let packed = body.read_to_vec().expect("a whole body");
    let mut plain = Vec::new();
    match encoding {
        "gzip" => flate2::read::GzDecoder::new(&*packed).read_to_end(&mut plain),
        "zstd" => zstd::stream::copy_decode(&*packed, &mut plain).map(|()| 0),
        _ => return packed,
    }
    .expect("a whole stream");
    plain
}
