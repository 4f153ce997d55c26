//! The process that serves: series of which some change without end. It is asked over its standard input, and ends with
//! that, so that it never outlives the one that started it.

use std::io::{self, BufRead};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::{App, HttpServer, rt};
use metrics_core::{Counter, Gauge, LabelSet, MetricSet, Registry};
use metrics_server::{Exporter, Server};

use super::state::State;
use crate::scrape::series::{self, Labels};

/// Asks for a [`State`], and for another number of series that change; each is answered with a line.
pub(super) const STATE: &str = "state";
pub(super) const CHANGE: &str = "change";

/// The families of this process that clients ask for: not those of the server itself.
pub(super) const FAMILIES: &str = "bench_*";

/// The gauge that says in every frame at what time its walk was.
pub(super) const WALKED: &str = "bench_walked_seconds";

/// Series that change do so several times in the shortest interval of a client.
const PAUSE: Duration = Duration::from_millis(50);

/// As many as the metrics server has.
const WORKERS: usize = 2;

const MAX_CLIENTS: usize = 20_000;

#[derive(Clone, Copy, LabelSet)]
struct By<'a> {
    #[label(open, max = 1_000_000)]
    customer: &'a str,
    #[label(open, max = 1_000_000)]
    region: &'a str,
}

/// What is streamed.
#[derive(MetricSet)]
#[metrics(prefix = "bench", register = false)]
struct Bench {
    /// Requests.
    requests: Counter<By<'static>>,
    /// When this walk was, as Unix time.
    #[metric(unit = "seconds", read = unix_time)]
    walked: Gauge<(), f64>,
}

/// Now, in seconds.
pub(super) fn unix_time() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs_f64()
}

/// Serves so many series beside [`WALKED`], of which so many change, until its input ends.
pub(super) fn run(series: usize, changing: usize) {
    let registry = Registry::new();
    let set = Bench::register(&registry).expect("an empty registry takes any set");
    let labels = series::draw(series);
    for labels in labels {
        set.requests.with(by(labels)).inc();
    }
    let changing = Arc::new(AtomicUsize::new(changing));
    let changed = Arc::clone(&changing);
    if changing.load(Relaxed) > 0 {
        thread::spawn(move || change(&set, labels, &changed));
    }
    let exporter = Exporter::builder()
        .registry(&registry)
        .max_stream_clients(MAX_CLIENTS)
        .max_stream_clients_per_address(MAX_CLIENTS)
        .build()
        .expect("no setting is wrong");
    let server = Server::bind("127.0.0.1:0").and_then(|server| server.exporter(exporter).spawn());
    let server = server.expect("loopback has a free port");
    println!("{}", server.address());
    answer(&changing);
}

/// Serves nothing, with as many threads, until its input ends.
pub(super) fn run_bare() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    println!("{}", listener.local_addr().expect("it is bound"));
    thread::spawn(|| {
        rt::System::new().block_on(async {
            let server = HttpServer::new(App::new).workers(WORKERS).disable_signals();
            server.listen(listener)?.run().await
        })
    });
    answer(&AtomicUsize::new(0));
}

/// Answers what the process is asked.
fn answer(changing: &AtomicUsize) {
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        let mut words = line.split_whitespace();
        match (
            words.next(),
            words.next().and_then(|word| word.parse().ok()),
        ) {
            (Some(STATE), _) => println!("{}", State::now().line()),
            (Some(CHANGE), Some(number)) => {
                changing.store(number, Relaxed);
                println!("{number}");
            }
            _ => println!("there are `{STATE}` and `{CHANGE} NUMBER`"),
        }
    }
}

/// Goes on changing the same series, which lie evenly among the others.
fn change(set: &Bench, labels: &[Labels], changing: &AtomicUsize) {
    loop {
        let changing = changing.load(Relaxed).clamp(1, labels.len());
        let apart = labels.len() / changing;
        for labels in labels.iter().step_by(apart).take(changing) {
            set.requests.with(by(labels)).inc();
        }
        thread::sleep(PAUSE);
    }
}

fn by(labels: &Labels) -> By<'_> {
    By {
        customer: &labels.customer,
        region: &labels.region,
    }
}
