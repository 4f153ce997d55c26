//! What every server tells of its process without being asked: the process itself, and its async runtimes.
//! Both are in one registry of the process, which exporters attach beside that of the user.

#[cfg(target_os = "linux")]
mod process;
mod runtime;

use std::sync::OnceLock;

use metrics_core::Registry;

pub(crate) use runtime::Monitored;
pub use runtime::monitor_runtime;

/// The registry of what is told of the process, the same for all exporters.
pub(crate) fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let registry = Registry::new();
        #[cfg(target_os = "linux")]
        if process::Process::is_told() {
            let process = registry.instance::<process::Process>();
            registry.add_collector("process", move || process.update());
        }
        let tokio = registry.instance::<runtime::Tokio>();
        registry.add_collector("tokio", move || tokio.update());
        registry
    })
}
