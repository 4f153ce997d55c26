//! How a process stands, as Linux and the server's own metrics tell it: what it has used until now, and what it holds.

use std::fs;
use std::path::Path;

use metrics_core::{Number, Registry, Snapshot, ValueSnapshot};

use crate::scrape::memory;

/// The threads on which the stream walks and encodes, and runs code of the user's meanwhile.
const SAMPLER: &str = "metrics-sampler";
const COLLECTOR: &str = "metrics-collect";

/// The server's own families that tell of the stream.
const WALKS: &str = "metrics_stream_sample_duration_seconds";
const ENCODINGS: &str = "metrics_stream_encodings_total";

/// A process at one moment. What is used is counted from the start of the process.
#[derive(Clone, Copy)]
pub(super) struct State {
    /// Bytes of memory.
    pub(super) resident: f64,
    /// Seconds of a processor, by all threads.
    pub(super) cpu: f64,
    /// Seconds of a processor, by the sampler; it starts anew with the thread.
    pub(super) sampler_cpu: f64,
    /// How many threads there are.
    pub(super) threads: f64,
    /// How many times a thread that lives, other than the main one, has waited for something.
    pub(super) wakeups: f64,
    /// Walks for the stream.
    pub(super) walks: f64,
    /// Deltas and frames of performance that were encoded.
    pub(super) encodings: f64,
}

impl State {
    /// Of this process.
    pub(super) fn now() -> Self {
        let main = std::process::id().to_string();
        let tasks = fs::read_dir("/proc/self/task").into_iter().flatten();
        let tasks: Vec<_> = tasks.flatten().map(|task| task.path()).collect();
        let sampling = tasks
            .iter()
            .filter(|task| is_named(task, SAMPLER) || is_named(task, COLLECTOR));
        let others = tasks.iter().filter(|task| !task.ends_with(&main));
        let own = Registry::global().snapshot();
        Self {
            resident: memory::resident(),
            cpu: cpu(),
            sampler_cpu: sampling.map(|task| ran(task)).sum(),
            threads: tasks.len() as f64,
            wakeups: others.map(|task| waits(task)).sum(),
            walks: number(&own, WALKS),
            encodings: number(&own, ENCODINGS),
        }
    }

    /// One line of text.
    pub(super) fn line(&self) -> String {
        let values = [
            self.resident,
            self.cpu,
            self.sampler_cpu,
            self.threads,
            self.wakeups,
            self.walks,
            self.encodings,
        ];
        values.map(|value| value.to_string()).join(" ")
    }

    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut values = line.split_whitespace().map_while(|text| text.parse().ok());
        Some(Self {
            resident: values.next()?,
            cpu: values.next()?,
            sampler_cpu: values.next()?,
            threads: values.next()?,
            wakeups: values.next()?,
            walks: values.next()?,
            encodings: values.next()?,
        })
    }
}

/// Lets this process have as many open files as it may: every client is one on either side.
pub(super) fn allow_files() -> Result<u64, String> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let most = getrlimit(Resource::Nofile).maximum;
    let limit = Rlimit {
        current: most,
        maximum: most,
    };
    setrlimit(Resource::Nofile, limit).map_err(|error| format!("open files: {error}"))?;
    Ok(most.unwrap_or(u64::MAX))
}

/// Seconds that this process has had a processor for.
pub(super) fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // the name of the process stands in brackets, and may hold anything
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
    ticks as f64 / rustix::param::clock_ticks_per_second() as f64
}

fn is_named(task: &Path, name: &str) -> bool {
    let named = fs::read_to_string(task.join("comm"));
    named.is_ok_and(|named| named.trim_end() == name)
}

/// Seconds that a thread has had a processor for; `stat` counts in steps that are too coarse.
fn ran(task: &Path) -> f64 {
    let text = fs::read_to_string(task.join("schedstat")).unwrap_or_default();
    let nanoseconds = text.split_whitespace().next();
    let nanoseconds = nanoseconds.and_then(|text| text.parse::<f64>().ok());
    nanoseconds.map_or(f64::NAN, |nanoseconds| nanoseconds / 1e9)
}

fn waits(task: &Path) -> f64 {
    let status = fs::read_to_string(task.join("status")).unwrap_or_default();
    let mut lines = status.lines();
    let count = lines.find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    // a thread that ended meanwhile waits for nothing
    count
        .and_then(|count| count.trim().parse().ok())
        .unwrap_or(0.0)
}

/// The sum of a family's counters, or how much its histograms hold; NaN if there is no such family.
fn number(snapshot: &Snapshot, name: &str) -> f64 {
    let mut families = snapshot.families.iter();
    let Some(family) = families.find(|family| family.name == name) else {
        return f64::NAN;
    };
    let values = family.series.iter().map(|series| match &series.value {
        ValueSnapshot::Number(Number::Unsigned(value)) => *value as f64,
        ValueSnapshot::Histogram { count, .. } => *count as f64,
        _ => f64::NAN,
    });
    values.sum()
}
