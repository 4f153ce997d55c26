//! An app of a user's own, with the middleware of HTTP metrics, and a raw client that sees every byte.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Instant;

use actix_web::{App, HttpServer, web};
use metrics_core::Registry;
use metrics_server::HttpMetrics;

use crate::client::DEADLINE;
use crate::raw;
use crate::serving::Serving;

/// An app whose requests are counted in a registry of its own.
pub(crate) struct Metered {
    pub(crate) registry: Registry,
    address: String,
    _serving: Serving,
}

impl Metered {
    /// An app that closes a connection as soon as its client does.
    pub(crate) fn new(
        configure: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
    ) -> Self {
        let registry = Registry::new();
        let of_app = registry.clone();
        let serving = Serving::start(move || {
            let server = HttpServer::new(move || {
                App::new()
                    .configure(configure.clone())
                    .wrap(HttpMetrics::of(&of_app))
            })
            .workers(1)
            .h1_allow_half_closed(false)
            .disable_signals()
            .bind("127.0.0.1:0")
            .expect("a free port");
            (server.addrs()[0], server.run())
        });
        Self {
            registry,
            address: serving.address.to_string(),
            _serving: serving,
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Sends a request without a body, and waits for the connection's end.
    pub(crate) fn ask(&self, method: &str, path: &str) -> String {
        self.send(&format!("{method} {path} HTTP/1.1\r\n"), "")
    }

    /// Sends a request line (and headers) with a body, and waits for the connection's end.
    pub(crate) fn send(&self, head: &str, body: &str) -> String {
        let mut client = self.begin(head, body);
        let mut answer = String::new();
        // a connection that is cut ends too
        let _ = client.read_to_string(&mut answer);
        answer
    }

    /// Sends a request and leaves the answer to the caller.
    pub(crate) fn begin(&self, head: &str, body: &str) -> TcpStream {
        let mut client = raw::connect(&self.address);
        write!(client, "{head}Host: app\r\nConnection: close\r\n\r\n{body}")
            .expect("an app that reads");
        client
    }

    /// The samples of the HTTP metrics that begin with one of these, but not those that are zero.
    pub(crate) fn samples(&self, beginnings: &[&str]) -> Vec<String> {
        let text = self.registry.encode_text();
        let lines = text.lines();
        let wanted = lines.filter_map(|line| line.strip_prefix("http_server_"));
        let wanted = wanted.filter(|line| beginnings.iter().any(|begin| line.starts_with(begin)));
        wanted
            .filter(|line| !line.ends_with(" 0"))
            .map(str::to_owned)
            .collect()
    }

    /// Waits until these are the samples: the last byte is with the client before it is counted.
    pub(crate) fn expect(&self, beginnings: &[&str], samples: &[&str]) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let now = self.samples(beginnings);
            if now == samples {
                return;
            }
            assert!(Instant::now() < deadline, "{now:#?} are not {samples:#?}");
            thread::yield_now();
        }
    }

    /// Waits until these requests have been counted and none is under way.
    pub(crate) fn counted(&self, samples: &[&str]) {
        let samples: Vec<_> = samples
            .iter()
            .map(|sample| format!("requests_total{sample}"))
            .collect();
        let samples: Vec<_> = samples.iter().map(String::as_str).collect();
        self.expect(&["requests_total", "active_requests"], &samples);
    }
}
