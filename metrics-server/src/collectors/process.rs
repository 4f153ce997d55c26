//! The process as the operating system tells of it, `process_*`: declared on every platform, so that what is generated from
//! declarations is the same on all; read on Linux, by `linux`.
//! Names and meanings are Prometheus' own, of its guide for client libraries ("Writing client libraries", standard
//! collectors).

#[cfg(target_os = "linux")]
mod linux;

use metrics_core::{Counter, Gauge, MetricSet, Registry};

/// What the operating system says of this process.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "process", register = false)]
pub(super) struct Process {
    /// Processor time used by all threads, in user and in system mode.
    #[metric(unit = "seconds")]
    cpu: Counter<(), f64>,
    /// File descriptors that are open.
    open_fds: Gauge,
    /// The most file descriptors that may be open at once; +Inf without a limit.
    max_fds: Gauge<(), f64>,
    /// Address space that is taken.
    #[metric(unit = "bytes")]
    virtual_memory: Gauge,
    /// The most address space that may be taken; +Inf without a limit.
    #[metric(unit = "bytes")]
    virtual_memory_max: Gauge<(), f64>,
    /// Memory that is in use and not swapped out.
    #[metric(unit = "bytes")]
    resident_memory: Gauge,
    /// Private address space that can be written: the heap, and all else that is mapped so (VmData).
    #[metric(unit = "bytes")]
    heap: Gauge,
    /// When the process began, since 1970 in UTC.
    #[metric(unit = "seconds")]
    start_time: Gauge<(), f64>,
    /// Threads of the operating system.
    threads: Gauge,
}

/// Exposes the process in `registry`, where this program can read of it.
#[cfg(target_os = "linux")]
pub(super) fn expose(registry: &Registry) {
    if Process::is_told() {
        let process = registry.instance::<Process>();
        registry.add_collector("process", move || process.update());
    }
}

/// Exposes nothing: there is no reader for this platform.
#[cfg(not(target_os = "linux"))]
pub(super) fn expose(_registry: &Registry) {}
