//! Annotations of pods, by which a Prometheus without the Prometheus Operator finds them.

use super::{headed, namespace_option};
use crate::artifacts::scrape_config::ANNOTATIONS;
use crate::artifacts::settings::Settings;
use crate::artifacts::yaml::Yaml;

/// A patch of a Deployment. It has no kind and no name on purpose: applied by mistake as if it were a Deployment, it would
/// take everything else out of that of the user.
pub(super) fn patch(settings: &Settings) -> String {
    let values = ["true", &settings.port.to_string(), &settings.path, "http"];
    let pairs = ANNOTATIONS.into_iter().zip(values);
    let annotations = Yaml::map(pairs.map(|(name, value)| (name, Yaml::from(value))));
    let under = |key, value| Yaml::map([(key, value)]);
    let metadata = under("metadata", under("annotations", annotations));
    let head = format!(
        "Annotations by which prometheus.yml beside this file finds the pods, as a patch for their Deployment:\n\
         kubectl patch deployment {}{} --patch-file pod-annotations.yaml",
        settings.object_name(),
        namespace_option(settings)
    );
    headed(settings, &head, under("spec", under("template", metadata)))
}
