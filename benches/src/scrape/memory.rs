//! The most memory that this process has had, as Linux tells it, in bytes.

use std::fs;

/// The most that was resident since [`reset_peak`].
pub(super) fn peak() -> f64 {
    field("/proc/self/status", "VmHWM:")
}

/// From here on a new peak is kept.
pub(super) fn reset_peak() {
    fs::write("/proc/self/clear_refs", "5").expect("Linux lets a process reset its own peak");
}

fn field(file: &str, name: &str) -> f64 {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.map_or(f64::NAN, |kib| kib * 1024.0)
}
