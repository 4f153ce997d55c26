//! What every server tells of its process without being asked: the process itself, and its async runtimes.
//! Both are in one registry of the process, which exporters attach beside that of the user.

#[cfg(target_os = "linux")]
mod process;
mod runtime;

use std::sync::OnceLock;

use metrics_core::Registry;

pub(crate) use runtime::Monitored;
pub use runtime::monitor_runtime;

/// What servers tell of the process without being asked, as a registry: `process_*` on Linux, and `tokio_*`.
///
/// To attach it to a registry of your own, so that its series have the constant labels of that one, or are there where
/// no server of this crate serves them. An exporter of a registry that it is attached to exposes it once.
///
/// ```
/// use metrics_core::Registry;
///
/// let registry = Registry::builder().constant_label("shard", "7").build()?;
/// registry.attach(metrics_server::default_collectors());
/// # if cfg!(target_os = "linux") {
/// assert!(registry.encode_text().contains("process_threads{shard=\"7\"} "));
/// # }
/// # Ok::<(), metrics_core::Error>(())
/// ```
pub fn default_collectors() -> &'static Registry {
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
