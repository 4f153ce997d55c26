//! What every server tells of its process without being asked: the process itself, and its async runtimes.
//! Both are in one registry of the process, which exporters attach beside that of the user.

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
        process::expose(&registry);
        let tokio = registry.instance::<runtime::Tokio>();
        registry.add_collector("tokio", move || tokio.update());
        registry
    })
}

/// What is declared of the process, as a registry that nobody gathers: the same on every platform, also where no server can
/// read it.
pub(crate) fn declared_collectors() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let registry = Registry::new();
        let _process = registry.instance::<process::Process>();
        let _tokio = registry.instance::<runtime::Tokio>();
        // where there are collectors, the registry declares the families of their trouble
        registry.add_collector("process", || {});
        registry
    })
}

/// `registry` with what is told of the process beside it, which gets its constant labels.
pub(crate) fn beside(registry: &Registry, collectors: &Registry) -> Registry {
    let labels = registry.constant_labels();
    let builder = labels.fold(Registry::builder(), |builder, (name, value)| {
        builder.constant_label(name, value)
    });
    // the labels have been checked before, when that registry was built
    let served = builder.build().unwrap_or_default();
    // the user's first: what is there already under these names is exposed, and not ours
    served.attach(registry);
    served.attach(collectors);
    served
}

#[cfg(test)]
mod tests {
    use super::*;
    use metrics_core::{Declarations, DeclaredFamily};

    fn names(declarations: &Declarations) -> Vec<&str> {
        let families = declarations.families.iter();
        families.map(DeclaredFamily::name).collect()
    }

    #[test]
    fn what_is_declared_everywhere_is_what_linux_exposes() {
        let everywhere = declared_collectors().declarations();
        assert!(names(&everywhere).contains(&"process_cpu_seconds_total"));
        assert!(names(&everywhere).contains(&"tokio_workers"));
        if cfg!(target_os = "linux") {
            assert_eq!(
                names(&default_collectors().declarations()),
                names(&everywhere)
            );
        }
    }
}
