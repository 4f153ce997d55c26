//! Settings without a server: each key from each source, what counts, every mistake, and that no mistake has a secret.

mod between;
mod layers;
mod leaks;
mod mistakes;
mod reference;

use std::ffi::OsString;

use super::Settings;
use super::parse as file;

/// The settings of these variables, each named without the prefix.
fn env(variables: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    with_env(Settings::new(), variables)
}

fn with_env(settings: Settings, variables: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    settings.with_variables(variables.iter().map(|(name, value)| {
        let name = format!("METRICS_SERVER__{name}");
        (OsString::from(name), OsString::from(value))
    }))
}

/// What is wrong, in one text.
fn told<T>(result: Result<T, Vec<String>>) -> String {
    result.err().expect("a mistake").join("\n")
}
