//! The environment as settings: `METRICS_SERVER__TLS__MIN_VERSION` is `tls.min_version`.

use std::ffi::OsString;

use super::Settings;
use super::origin::Origin;
use super::path::KeyPath;
use super::value::Raw;

/// Two underscores: Kubernetes gives every program `METRICS_SERVER_PORT` and others where a Service is called so.
pub(super) const PREFIX: &str = "METRICS_SERVER__";

impl Settings {
    /// The settings with those of these variables; what does not begin with the prefix is somebody else's.
    pub(super) fn with_variables(
        mut self,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Vec<String>> {
        self.begin_layer();
        let mut problems = Vec::new();
        let ours = variables.into_iter().filter_map(|(name, value)| {
            let name = name.to_string_lossy().into_owned();
            name.starts_with(PREFIX).then_some((name, value))
        });
        // in one order, so that mistakes are told in one order
        let mut ours: Vec<_> = ours.collect();
        ours.sort();
        for (name, value) in ours {
            let path = KeyPath::of_variable(&name[PREFIX.len()..]);
            let origin = Origin::Variable(name);
            let Ok(value) = value.into_string() else {
                problems.push(format!("{origin}: `{path}` is not UTF-8"));
                continue;
            };
            // a name that was left empty by a template would leave a door open
            if value.is_empty() {
                problems.push(format!(
                    "{origin}: the variable is empty; unset it, or give it a value"
                ));
                continue;
            }
            self.put(&path, &Raw::Plain(value), origin, &mut problems);
        }
        if problems.is_empty() {
            Ok(self)
        } else {
            Err(problems)
        }
    }
}
