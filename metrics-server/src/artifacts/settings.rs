//! What artefacts must be told, because no declaration knows it: the service's name and where it is scraped.

mod check;

use std::path::Path;
use std::time::Duration;

/// Where and as what the service runs.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The job of its scrapes, the name of its manifests.
    pub(crate) name: String,
    /// The Kubernetes namespace.
    pub(crate) namespace: Option<String>,
    pub(crate) port: u16,
    pub(crate) path: String,
    pub(crate) scrape_interval: Duration,
    pub(crate) target_labels: Vec<(String, String)>,
    pub(crate) kubernetes_labels: Vec<(String, String)>,
    /// The name of the alert that the service cannot be scraped.
    pub(crate) target_down: String,
    /// Declared alerts that are not wanted, by their names, or by their packages and names.
    pub(crate) without_alerts: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: program(),
            namespace: None,
            port: 9090,
            path: "/metrics".to_owned(),
            scrape_interval: Duration::from_secs(15),
            target_labels: Vec::new(),
            kubernetes_labels: Vec::new(),
            target_down: "TargetDown".to_owned(),
            without_alerts: Vec::new(),
        }
    }
}

impl Settings {
    /// The name as objects of Kubernetes may be called: `proxy-pool` for the job `proxy_pool`.
    pub(crate) fn object_name(&self) -> String {
        self.name.to_ascii_lowercase().replace(['_', '.'], "-")
    }
}

/// The name of the running program.
fn program() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    let stem = Path::new(&path).file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}
