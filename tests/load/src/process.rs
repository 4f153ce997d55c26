//! What a process has used until now, as Linux tells it, and how many files it may have.

use std::fs;
use std::path::{Path, PathBuf};

/// Lets this process, and those that it starts, have as many open files as they may: every client is one on either side.
///
/// # Errors
///
/// A sentence, if it may not ask.
pub fn allow_files() -> Result<u64, String> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let most = getrlimit(Resource::Nofile).maximum;
    let limit = Rlimit {
        current: most,
        maximum: most,
    };
    setrlimit(Resource::Nofile, limit).map_err(|error| format!("open files: {error}"))?;
    Ok(most.unwrap_or(u64::MAX))
}

/// A process of this machine.
#[derive(Clone, Debug)]
pub struct Process(PathBuf);

impl Process {
    /// The one that asks.
    pub fn own() -> Self {
        Self("/proc/self".into())
    }

    /// The one with this number.
    pub fn of(id: u32) -> Self {
        Self(format!("/proc/{id}").into())
    }

    /// Seconds that it has had a processor for.
    pub fn cpu(&self) -> f64 {
        let stat = self.read("stat");
        // the name of the process stands in brackets, and may hold anything
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let fields = after_name.split_whitespace().skip(11).take(2);
        let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
        ticks as f64 / rustix::param::clock_ticks_per_second() as f64
    }

    /// Bytes of memory that are resident now, counted page by page: the quicker figures of the kernel are off by hundreds of
    /// pages.
    pub fn resident(&self) -> f64 {
        let rollup = self.read("smaps_rollup");
        let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kib.map_or(f64::NAN, |kib| kib * 1024.0)
    }

    /// How many files are open.
    pub fn descriptors(&self) -> usize {
        fs::read_dir(self.0.join("fd"))
            .into_iter()
            .flatten()
            .count()
    }

    /// How many threads there are.
    pub fn threads(&self) -> usize {
        self.tasks().len()
    }

    /// Seconds that the thread with this name has had a processor for; `None` if there is none.
    pub fn thread_cpu(&self, name: &str) -> Option<f64> {
        let tasks = self.tasks();
        let task = tasks.iter().find(|task| {
            let named = fs::read_to_string(task.join("comm"));
            named.is_ok_and(|named| named.trim_end() == name)
        });
        ran(task?)
    }

    /// How many times the threads that live, but for the main one, have waited for something.
    pub fn wakeups_of_others(&self) -> f64 {
        let stat = self.read("stat");
        let main = stat.split(' ').next().unwrap_or_default();
        let tasks = self.tasks();
        let others = tasks.iter().filter(|task| !task.ends_with(main));
        others.map(|task| waits(task)).sum()
    }

    fn tasks(&self) -> Vec<PathBuf> {
        let tasks = fs::read_dir(self.0.join("task")).into_iter().flatten();
        tasks.flatten().map(|task| task.path()).collect()
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).unwrap_or_default()
    }
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
