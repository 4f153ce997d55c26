//! A nested set in `#[timed]` is a field like any other: it is given as a whole.

#![deny(warnings)]

use metrics_core::{Histogram, Label, LabelSet, MetricSet, Outcome, Registry, timed};
use std::net::IpAddr;

#[derive(Clone, Copy, Label)]
enum Method {
    Get,
    Put,
}

#[derive(Clone, Copy, LabelSet)]
struct Endpoint<'a> {
    method: Method,
    #[label(open, max = 10)]
    path: &'a str,
}

#[derive(Clone, Copy, LabelSet)]
struct ByEndpoint<'a> {
    #[label(flatten)]
    endpoint: Endpoint<'a>,
    #[label(open, max = 10)]
    user: Option<&'a str>,
    #[label(open, display, max = 10)]
    address: IpAddr,
    cached: Option<bool>,
    outcome: Outcome,
}

/// A client.
#[derive(MetricSet)]
#[metrics(prefix = "nested")]
struct Client {
    /// Time of a request.
    #[metric(unit = "seconds", buckets = [1.0])]
    request: Histogram<ByEndpoint<'static>>,
}

#[timed(
    Client::request,
    labels(
        endpoint = Endpoint { method: Method::Get, path },
        user = None,
        address = IpAddr::from([127, 0, 0, 1]),
        cached = Some(true),
    )
)]
fn get(path: &str) -> Result<usize, ()> {
    if path.is_empty() { Err(()) } else { Ok(path.len()) }
}

#[timed(Client::request, labels(endpoint, user = Some(user), address, cached = None))]
async fn put(endpoint: Endpoint<'_>, user: &str, address: IpAddr) {}

fn main() {
    assert_eq!(get("/a"), Ok(2));
    assert_eq!(get(""), Err(()));
    let path = String::from("/b");
    let endpoint = Endpoint { method: Method::Put, path: &path };
    let mut put = std::pin::pin!(put(endpoint, "ada", IpAddr::from([10, 0, 0, 1])));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(put.as_mut().poll(&mut cx).is_ready());
    let text = Registry::global().encode_text();
    for labels in [
        "method=\"get\",path=\"/a\",address=\"127.0.0.1\",cached=\"true\",outcome=\"ok\"",
        "method=\"get\",address=\"127.0.0.1\",cached=\"true\",outcome=\"error\"",
        "method=\"put\",path=\"/b\",user=\"ada\",address=\"10.0.0.1\",outcome=\"ok\"",
    ] {
        let line = format!("nested_request_seconds_count{{{labels}}} 1");
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}
