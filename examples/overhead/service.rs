//! A child of `--overhead`: a service under the traffic, which measures itself and says so on its standard output.
//! `child` reads there: a line when the measurement begins, and one when it has ended.

use std::error::Error;
use std::io::{self, Write};
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

use metrics_server::{Server, ServerHandle};

use super::traffic::{Progress, THREADS, Traffic};
use super::{Run, process};
use crate::Performance;

/// Traffic before the measurement, so that it does not see threads start and sets come into being. What those
/// need of memory is seen, for that is a peak.
const WARM_UP: Duration = Duration::from_millis(200);

/// What a child measured of itself.
pub(super) struct Measured {
    pub(super) updates_per_second: f64,
    /// Of one core; 1 is all of it.
    pub(super) cpu: f64,
    /// Bytes.
    pub(super) peak_memory: u64,
}

impl Measured {
    /// As a line from process to process.
    fn to_line(&self) -> String {
        format!(
            "{} {} {}",
            self.updates_per_second, self.cpu, self.peak_memory
        )
    }

    pub(super) fn from_line(line: &str) -> Option<Self> {
        let mut figures = line.split(' ');
        Some(Self {
            updates_per_second: figures.next()?.parse().ok()?,
            cpu: figures.next()?.parse().ok()?,
            peak_memory: figures.next()?.parse().ok()?,
        })
    }
}

/// Runs the service for a while.
pub(super) fn run(run: Run, length: Duration) -> Result<(), Box<dyn Error>> {
    let server = match run {
        Run::Scraped => Some(Server::bind("127.0.0.1:0")?.spawn()?),
        Run::With | Run::Without => None,
    };
    let progress = Progress::default();
    let measured = thread::scope(|scope| {
        for seed in 0..THREADS {
            let traffic = Traffic::new(run.metered(), seed, &progress);
            scope.spawn(|| traffic.run());
        }
        let measured = measure(server.as_ref(), &progress, length);
        // also after an error, for the scope waits for the threads
        progress.over.store(true, Relaxed);
        measured
    })?;
    if run.metered() {
        let (told, sent) = (
            Performance::global().packets_sent.get(),
            progress.packets.load(Relaxed),
        );
        if told != sent {
            return Err(format!("the metrics tell of {told} packets, but {sent} were sent").into());
        }
    }
    writeln!(io::stdout(), "{}", measured.to_line())?;
    if let Some(server) = server {
        server.stop()?;
    }
    Ok(())
}

fn measure(
    server: Option<&ServerHandle>,
    progress: &Progress,
    length: Duration,
) -> io::Result<Measured> {
    thread::sleep(WARM_UP);
    match server {
        Some(server) => writeln!(io::stdout(), "{}", server.address())?,
        None => writeln!(io::stdout(), "-")?,
    }
    let (began, cpu) = (Instant::now(), process::cpu()?);
    let updates = progress.updates.load(Relaxed);
    thread::sleep(length);
    let spent = process::cpu()?.since(&cpu).as_secs_f64();
    let updates = progress.updates.load(Relaxed) - updates;
    let seconds = began.elapsed().as_secs_f64();
    Ok(Measured {
        updates_per_second: updates as f64 / seconds,
        cpu: spent / seconds,
        peak_memory: process::peak_memory()?,
    })
}
