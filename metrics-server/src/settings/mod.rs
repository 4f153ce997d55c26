//! Settings from code, a file and the environment: each is put under its key with the place where it was written, and all
//! become listeners and an exporter in `resolve`. What the keys are is said in `keys`, what may stand there in `kind`.

mod env;
mod file;
#[cfg(any(feature = "auth", feature = "tls"))]
mod files;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod keys;
mod kind;
mod origin;
mod path;
mod protection;
mod resolve;
mod start;
mod table;
mod unknown;
mod value;

use std::collections::BTreeMap;
use std::fmt;
use std::panic::Location;
use std::path::Path;

use keys::{Found, find};
use origin::Origin;
use path::KeyPath;
use unknown::unknown;
pub use value::SettingValue;
use value::{Raw, Value};

use crate::Error;

#[doc = include_str!("../../docs/settings.md")]
#[doc = include_str!("../../docs/metrics.toml")]
#[doc = "```"]
#[derive(Clone, Default)]
#[must_use = "settings are used by `Server::from_settings`"]
pub struct Settings {
    settings: BTreeMap<KeyPath, Setting>,
    /// How many sources were read.
    layer: usize,
}

#[derive(Clone)]
struct Setting {
    value: Value,
    origin: Origin,
    layer: usize,
}

impl Settings {
    /// Nothing said yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what the key says in a file: `set("tls.min_version", "1.3")`.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] if there is no such key, or not such a value for it.
    #[track_caller]
    pub fn set(mut self, key: &str, value: impl Into<SettingValue>) -> Result<Self, Error> {
        let mut problems = Vec::new();
        let origin = Origin::Code(Location::caller());
        let value = Raw::of(value.into());
        self.put(&KeyPath::of(key), &value, origin, &mut problems);
        told(problems)?;
        Ok(self)
    }

    /// Reads a TOML file, whose settings replace those that are there.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] if it cannot be read, or with all that is wrong in it, each with line and column.
    pub fn file(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let text = file::read(path)
            .map_err(|error| Error::Settings(vec![format!("{name}: cannot be read: {error}")]))?;
        self.with_text(&name, &text).map_err(Error::Settings)
    }

    /// Reads the environment, whose settings replace those that are there.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] with each variable that begins with `METRICS_SERVER__` and is no setting, has no value or not
    /// such a value.
    pub fn env(self) -> Result<Self, Error> {
        self.with_variables(std::env::vars_os())
            .map_err(Error::Settings)
    }

    /// What comes now is another source, and later.
    fn begin_layer(&mut self) {
        self.layer += 1;
    }

    /// Puts what was written under its key, or says what is wrong with it.
    fn put(&mut self, path: &KeyPath, raw: &Raw, origin: Origin, problems: &mut Vec<String>) {
        let is_there = |path: &KeyPath| !matches!(find(path), Found::Nothing);
        let key = match find(path) {
            Found::Key(key) => key,
            Found::Table => {
                let known = unknown::listed(&keys::children(path));
                problems.push(format!("{origin}: `{path}` must be a table with {known}"));
                return;
            }
            Found::Nothing => {
                let path = path.up_to(is_there);
                problems.push(format!("{origin}: {}", unknown(&path)));
                return;
            }
        };
        if let Some(feature) = key.feature.filter(|feature| !feature.is_there()) {
            let feature = feature.name();
            problems.push(format!(
                "{origin}: `{path}` needs the feature `{feature}` of metrics-server"
            ));
            return;
        }
        match key.kind.read(raw) {
            Ok(value) => {
                let layer = self.layer;
                if let Some(other) = key.instead {
                    let other = path.parent().child(other);
                    // of one source both stay, which is a mistake that is told
                    if self
                        .settings
                        .get(&other)
                        .is_some_and(|other| other.layer < layer)
                    {
                        self.settings.remove(&other);
                    }
                }
                let setting = Setting {
                    value,
                    origin,
                    layer,
                };
                self.settings.insert(path.clone(), setting);
            }
            Err(problem) => problems.push(format!("{origin}: `{path}` {problem}")),
        }
    }
}

/// Shows which keys are set and where, and no value: it may be a secret.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (path, setting) in &self.settings {
            map.entry(&format_args!("{path}"), &format_args!("{}", setting.origin));
        }
        map.finish()
    }
}

/// The settings of a file with this text: nothing but the text decides what comes of it.
#[cfg(test)]
pub(crate) fn parse(text: &str) -> Result<Settings, Vec<String>> {
    Settings::new().with_text("metrics.toml", text)
}

fn told(problems: Vec<String>) -> Result<(), Error> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Settings(problems))
    }
}

#[cfg(test)]
mod tests;
