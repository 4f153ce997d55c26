//! What this process has used until now, as Linux tells it, and how many files it may have.

use std::fs;
use std::path::{Path, PathBuf};

/// Lets this process have as many open files as it may: every client is one on either side.
pub(crate) fn allow_files() -> Result<u64, String> {
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
pub(crate) fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // the name of the process stands in brackets, and may hold anything
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
    ticks as f64 / rustix::param::clock_ticks_per_second() as f64
}

/// Seconds that the threads with these names have had a processor for, of those that live.
pub(crate) fn thread_cpu(names: &[&str]) -> f64 {
    let is_named = |task: &&PathBuf| {
        let named = fs::read_to_string(task.join("comm"));
        named.is_ok_and(|named| names.contains(&named.trim_end()))
    };
    tasks().iter().filter(is_named).map(|task| ran(task)).sum()
}

/// How many threads there are.
pub(crate) fn threads() -> usize {
    tasks().len()
}

/// How many times the threads that live, but for the main one, have waited for something.
pub(crate) fn wakeups_of_others() -> f64 {
    let main = std::process::id().to_string();
    let tasks = tasks();
    let others = tasks.iter().filter(|task| !task.ends_with(&main));
    others.map(|task| waits(task)).sum()
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

fn tasks() -> Vec<PathBuf> {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten();
    tasks.flatten().map(|task| task.path()).collect()
}
