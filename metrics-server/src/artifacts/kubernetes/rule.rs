//! The PrometheusRule: the groups of the rule file, for the Prometheus Operator.

use metrics_core::Declarations;

use super::object;
use crate::Error;
use crate::artifacts::rules;
use crate::artifacts::settings::Settings;
use crate::artifacts::yaml::Yaml;

pub(super) fn prometheus_rule(
    declarations: &Declarations,
    settings: &Settings,
) -> Result<String, Error> {
    let groups = rules::groups(declarations, settings)?;
    let spec = Yaml::map([("groups", rules::yaml(&groups))]);
    Ok(object(
        settings,
        ("monitoring.coreos.com/v1", "PrometheusRule"),
        "",
        "For the Prometheus Operator; the same rules as in rules.yml.",
        ("spec", spec),
    ))
}
