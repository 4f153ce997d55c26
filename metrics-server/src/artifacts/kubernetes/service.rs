//! The Service by which a ServiceMonitor finds the pods. It is not the one that users of the service call: it has a name of
//! its own, so that none of that name is overwritten.

use super::{PORT, object, selector};
use crate::artifacts::settings::Settings;
use crate::artifacts::yaml::Yaml;

pub(super) fn service(settings: &Settings) -> String {
    let port = Yaml::map([
        ("name", Yaml::from(PORT)),
        ("port", Yaml::plain(settings.port)),
        // by number, so that the containers need no name for it
        ("targetPort", Yaml::plain(settings.port)),
        ("protocol", Yaml::from("TCP")),
    ]);
    let spec = Yaml::map([
        ("selector", selector(settings)),
        ("ports", Yaml::list([port])),
    ]);
    object(
        settings,
        ("v1", "Service"),
        "-metrics",
        "For service-monitor.yaml. It finds the pods by their label app.kubernetes.io/name.",
        ("spec", spec),
    )
}
