//! What this process has used until now, as Linux tells it, and how many files it may have.

use std::fs;
use std::path::{Path, PathBuf};

/// Lets this process, and those that it starts, have as many open files as they may: every client is one on either side.
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

/// Seconds that the thread with this name has had a processor for; `None` if there is none.
pub(crate) fn thread_cpu(name: &str) -> Option<f64> {
    let tasks = tasks();
    let task = tasks.iter().find(|task| {
        let named = fs::read_to_string(task.join("comm"));
        named.is_ok_and(|named| named.trim_end() == name)
    });
    ran(task?)
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
fn ran(task: &Path) -> Option<f64> {
    let text = fs::read_to_string(task.join("schedstat")).ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
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
