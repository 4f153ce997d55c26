//! Measures one library at one size; runs in a process of its own.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use metrics_load::process::Process;

use super::filled::{Exposer, Filled, Sink};
use super::memory;
use super::scraped::Scraped;
use super::series::{self, Kind, Labels};
use crate::case::library::LIMIT;
use crate::measure::median;

/// The median is of so many scrapes, or of what can be done in this time; of three at least.
const ROUNDS: usize = 11;
const LEAST_ROUNDS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(12);

type Scrape<'s> = &'s mut dyn FnMut(Sink<'_>);

pub(super) fn measure(exposer: &Exposer, kind: Kind, n: usize) -> Scraped {
    let fill = match kind {
        Kind::Counters => exposer.counters,
        Kind::Histograms => exposer.histograms,
    };
    let labels = series::draw(n);

    let before = Process::own().resident();
    let start = Instant::now();
    let Filled { mut scrape, write } = fill(labels);
    let registered = start.elapsed();
    let after = Process::own().resident();

    memory::reset_peak();
    let times = scrapes(&mut scrape);
    let peak = memory::peak();

    check(&mut scrape, kind, labels);
    let (idle, scraping) = watch_writer(write, &mut scrape);
    let has_series = exposer.library != LIMIT;
    let of_series = |value| if has_series { value } else { f64::NAN };
    Scraped {
        rounds: times.len() as f64,
        milliseconds: median(times),
        lines: (n * kind.lines()) as f64,
        peak_mib: (peak - after).max(0.0) / (1024.0 * 1024.0),
        bytes_a_series: of_series((after - before) / n as f64),
        registration: of_series(registered.as_nanos() as f64 / n as f64),
        writer_idle: idle.nanoseconds_an_update(),
        writer_scraping: scraping.nanoseconds_an_update(),
        stall: scraping.longest.as_nanos() as f64 / 1e3,
    }
}

/// The milliseconds of each scrape; every piece of the body is dropped at once.
fn scrapes(scrape: Scrape<'_>) -> Vec<f64> {
    let begun = Instant::now();
    let mut times = Vec::new();
    while times.len() < ROUNDS && (times.len() < LEAST_ROUNDS || begun.elapsed() < PATIENCE) {
        let start = Instant::now();
        scrape(&mut |piece| {
            black_box(piece);
        });
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times
}

/// A body must have all lines of the series, and among them one whose value is known. It may have others: a
/// library may expose how it is itself.
fn check(scrape: Scrape<'_>, kind: Kind, labels: &[Labels]) {
    let mut body = Vec::new();
    scrape(&mut |piece| body.extend_from_slice(piece));
    let body = String::from_utf8(body).expect("an exposition is UTF-8");
    let samples = body.lines().filter(|line| line.contains("customer=\""));
    assert_eq!(samples.clone().count(), labels.len() * kind.lines());
    let known = labels.len() / 2;
    let is_known = |line: &str| kind.is_expected(line, known, &labels[known]);
    assert!(
        samples.into_iter().any(is_known),
        "series {known} is not exposed with its value"
    );
}

/// What a writer has done in one phase.
#[derive(Default)]
struct Written {
    updates: u64,
    took: Duration,
    /// The longest that a batch took.
    longest: Duration,
}

impl Written {
    fn nanoseconds_an_update(&self) -> f64 {
        self.took.as_nanos() as f64 / self.updates as f64
    }
}

/// Runs a writer on a thread of its own, first alone, then while scrapes run.
fn watch_writer(write: Box<dyn FnMut() + Send>, scrape: Scrape<'_>) -> (Written, Written) {
    const PHASE: Duration = Duration::from_millis(200);
    let phase = AtomicUsize::new(0);
    thread::scope(|scope| {
        let writer = scope.spawn(|| written(write, &phase));
        thread::sleep(PHASE);
        phase.store(1, SeqCst);
        let start = Instant::now();
        while start.elapsed() < PHASE {
            scrape(&mut |piece| {
                black_box(piece);
            });
        }
        phase.store(2, SeqCst);
        let [idle, scraping] = writer.join().expect("no update panics");
        (idle, scraping)
    })
}

/// Updates until the phases are over. Batches are timed, so that the clock is a small part of them.
fn written(mut write: Box<dyn FnMut() + Send>, phase: &AtomicUsize) -> [Written; 2] {
    const BATCH: u64 = 64;
    let mut phases = [Written::default(), Written::default()];
    while let Some(written) = phases.get_mut(phase.load(SeqCst)) {
        let start = Instant::now();
        for _ in 0..BATCH {
            write();
        }
        let took = start.elapsed();
        written.updates += BATCH;
        written.took += took;
        written.longest = written.longest.max(took);
    }
    phases
}
