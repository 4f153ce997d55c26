//! The dashboard in a ConfigMap, where the sidecar of Grafana's Helm chart finds it.

use super::{labels, namespace_option, object_with_labels};
use crate::Error;
use crate::artifacts::Artifacts;
use crate::artifacts::settings::Settings;
use crate::artifacts::yaml::{Yaml, comment, origin};

/// The most bytes that Kubernetes takes as the data of a ConfigMap.
const MAX_DATA: usize = 1 << 20;

pub(super) fn config_map(artifacts: &Artifacts) -> Result<String, Error> {
    Ok(of(&artifacts.settings, artifacts.dashboard()?))
}

/// The same of this dashboard. Of one that is too large nothing but a comment, for everything else is to be had all the same.
pub(super) fn of(settings: &Settings, mut dashboard: String) -> String {
    if !dashboard.ends_with('\n') {
        dashboard.push('\n');
    }
    let file = format!("{}.json", settings.object_name());
    let size = file.len() + dashboard.len();
    if size > MAX_DATA {
        return comment(&format!(
            "{}\nNo manifest: the dashboard of all sets has {size} bytes, and a ConfigMap holds {MAX_DATA}. Import dashboard.json into\n\
             Grafana, or one of each set, which {}/dashboard?set= answers with.",
            origin(&settings.name),
            settings.path.trim_end_matches('/')
        ));
    }
    let mut labels = labels(settings);
    labels.push(("grafana_dashboard".to_owned(), Yaml::from("1")));
    let head = format!(
        "For the sidecar of Grafana that looks for the label grafana_dashboard. A large dashboard does not fit into the\n\
         annotation that a plain apply makes: kubectl apply --server-side{} -f dashboard-config-map.yaml",
        namespace_option(settings)
    );
    object_with_labels(
        settings,
        ("v1", "ConfigMap"),
        "-dashboard",
        labels,
        &head,
        ("data", Yaml::map([(file, Yaml::Block(dashboard))])),
    )
}
