//! CPU time and memory of this process, as Linux tells them in `/proc`.
//! Only here is it known that this needs Linux.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

/// CPU time of every thread that there is.
pub(super) struct Cpu(HashMap<OsString, Duration>);

impl Cpu {
    /// CPU time spent since `earlier`. What a thread spent that has ended since is missed: that may be an idle one of
    /// the server in a long run, which has done some milliseconds' work.
    pub(super) fn since(&self, earlier: &Self) -> Duration {
        let spent = self.0.iter().map(|(thread, now)| {
            let before = earlier.0.get(thread).copied().unwrap_or_default();
            now.saturating_sub(before)
        });
        spent.sum()
    }
}

/// CPU time until now. Not from `/proc/self/stat`, which counts in hundredths of a second: half a percent of a core in
/// two seconds, and this is about less.
pub(super) fn cpu() -> io::Result<Cpu> {
    const THREADS: &str = "/proc/self/task";
    let mut threads = HashMap::new();
    for thread in fs::read_dir(THREADS).map_err(|error| unknown(THREADS, &error))? {
        let thread = thread?;
        // a thread may end before its file is read
        if let Some(spent) = cpu_of(&thread.path()) {
            threads.insert(thread.file_name(), spent);
        }
    }
    if threads.is_empty() {
        let schedstat = format!("{THREADS}/*/schedstat");
        return Err(unknown(&schedstat, &io::ErrorKind::NotFound.into()));
    }
    Ok(Cpu(threads))
}

fn cpu_of(thread: &Path) -> Option<Duration> {
    let schedstat = fs::read_to_string(thread.join("schedstat")).ok()?;
    let nanos = schedstat.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}

/// The most memory that this process ever had at once, in bytes.
pub(super) fn peak_memory() -> io::Result<u64> {
    const STATUS: &str = "/proc/self/status";
    let status = fs::read_to_string(STATUS).map_err(|error| unknown(STATUS, &error))?;
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"))
        .and_then(|kib| kib.trim().parse::<u64>().ok())
        .ok_or_else(|| unknown(STATUS, &io::ErrorKind::InvalidData.into()))?;
    Ok(kib * 1024)
}

fn unknown(path: &str, error: &io::Error) -> io::Error {
    let words = format!("CPU time and memory are read from `{path}`, as Linux has it: {error}");
    io::Error::new(error.kind(), words)
}
