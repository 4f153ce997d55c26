//! A blocking HTTP client, a server that stops with its test, and waiting for what must come true.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use metrics_server::{Error, Exporter, Server, ServerHandle};
use ureq::Agent;
use ureq::http::HeaderMap;

/// Long enough for a machine that does ten other things; nothing here measures time.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// What a server answered, whatever the status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a header of text"))
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in: {}", self.body))
    }

    /// The lines that tell the types of families.
    pub(crate) fn types(&self) -> Vec<&str> {
        let lines = self.body.lines();
        lines.filter(|line| line.starts_with("# TYPE")).collect()
    }

    /// The value of the sample that is written so, labels and all.
    pub(crate) fn sample(&self, name: &str) -> Option<&str> {
        let rest = self
            .body
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        rest.map(str::trim)
    }
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(DEADLINE))
        .build()
        .into()
}

fn answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let (parts, mut body) = response.expect("an answer").into_parts();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: body
            .with_config()
            .limit(1 << 30)
            .read_to_string()
            .expect("a body of text"),
    }
}

pub(crate) fn get(url: &str) -> Answer {
    answer(agent().get(url).call())
}

pub(crate) fn get_with(url: &str, name: &str, value: &str) -> Answer {
    answer(agent().get(url).header(name, value).call())
}

pub(crate) fn head(url: &str) -> Answer {
    answer(agent().head(url).call())
}

pub(crate) fn post(url: &str) -> Answer {
    answer(agent().post(url).send_empty())
}

/// A server on a free port; it stops when the test is over, however the test ends.
pub(crate) struct Running(Option<ServerHandle>);

impl Running {
    pub(crate) fn new(exporter: &Exporter) -> Self {
        let server = Server::bind("127.0.0.1:0").expect("a free port");
        Self::of(server.exporter(exporter.clone()))
    }

    /// Runs a server that a test has made.
    pub(crate) fn of(server: Server) -> Self {
        Self(Some(server.spawn().expect("a server")))
    }

    fn handle(&self) -> &ServerHandle {
        self.0.as_ref().expect("a server that has not been stopped")
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.handle().address()
    }

    pub(crate) fn authority(&self) -> String {
        self.handle().address().to_string()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.authority())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        get(&self.url(path))
    }

    /// Has it read its files again.
    pub(crate) fn reload(&self) -> Result<(), Error> {
        self.handle().reload()
    }

    /// Stops the server and waits until its thread has ended, which it must before the deadline.
    pub(crate) fn stop(mut self) {
        let handle = self.0.take().expect("a server that has not been stopped");
        let (stopped, stop) = mpsc::channel();
        thread::spawn(move || stopped.send(handle.stop()));
        let result = stop.recv_timeout(DEADLINE).expect("a server that stops");
        result.expect("a server that ran well");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take() {
            // a test that fails already is not helped by a second panic
            let _ = handle.stop();
        }
    }
}

/// Raises a flag when it is dropped, so that threads that wait for it end with a test that fails, too.
pub(crate) struct RaisedAtEnd<'f>(pub(crate) &'f AtomicBool);

impl Drop for RaisedAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// Waits until `probe` gives something, and fails with `what` if it never does.
pub(crate) fn wait_for<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = probe() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(10));
    }
}
