//! Reads what Linux tells of the process, from `/proc`, once a gather, all families together.

use std::fs;

use procfs::process::{LimitValue, Limits, Stat, Status};
use procfs::{FromRead, boot_time_secs, page_size, ticks_per_second};

use super::Process;

impl Process {
    /// Whether there is anything to be read here.
    pub(super) fn is_told() -> bool {
        Stat::from_file("/proc/self/stat").is_ok()
    }

    /// Brings all families up to date; what cannot be read stays as it was.
    pub(super) fn update(&self) {
        // counted first, before this opens files itself
        if let Some(open) = open_files() {
            self.open_fds.set(open);
        }
        if let Ok(stat) = Stat::from_file("/proc/self/stat") {
            self.cpu.raise_to(in_seconds(stat.utime + stat.stime));
            self.virtual_memory.set(bytes(stat.vsize));
            self.resident_memory.set(bytes(stat.rss * page_size()));
            self.threads.set(stat.num_threads);
            if let Ok(boot) = boot_time_secs() {
                self.start_time
                    .set(boot as f64 + in_seconds(stat.starttime));
            }
        }
        if let Ok(limits) = Limits::from_file("/proc/self/limits") {
            self.max_fds.set(bound(limits.max_open_files.soft_limit));
            self.virtual_memory_max
                .set(bound(limits.max_address_space.soft_limit));
        }
        if let Ok(status) = Status::from_file("/proc/self/status")
            && let Some(kibibytes) = status.vmdata
        {
            self.heap.set(bytes(kibibytes * 1024));
        }
    }
}

/// A division, so that it is the number nearest to the ticks: a product with 0.01 is not.
fn in_seconds(ticks: u64) -> f64 {
    ticks as f64 / ticks_per_second() as f64
}

/// No machine has more.
fn bytes(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

fn bound(limit: LimitValue) -> f64 {
    match limit {
        LimitValue::Unlimited => f64::INFINITY,
        LimitValue::Value(most) => most as f64,
    }
}

/// How many file descriptors are open.
fn open_files() -> Option<i64> {
    let path = "/proc/self/fd";
    // the size of the directory is the number, since Linux 6.2; before it is 0
    let told = fs::metadata(path).ok()?.len();
    let open = if told > 0 {
        told
    } else {
        // the one that reads the directory is in it
        fs::read_dir(path).ok()?.count().saturating_sub(1) as u64
    };
    i64::try_from(open).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_told_as_the_nearest_number_there_is() {
        let ticks_of_hundredth = ticks_per_second() / 100;
        for hundredths in 0..2000 {
            let told = in_seconds(hundredths * ticks_of_hundredth).to_string();
            let written = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            let written = written.trim_end_matches('0').trim_end_matches('.');
            assert_eq!(told, written);
        }
    }
}
