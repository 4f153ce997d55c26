//! Where a setting stands: `tls.cert`, `auth.basic.alice.hash`, `listener.page.address`.

use std::fmt;

use super::keys::LISTENERS;

/// A key with the names of the tables around it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyPath(Vec<String>);

impl KeyPath {
    /// A path as it is written in code; names with a dot cannot be written so.
    pub(super) fn of(text: &str) -> Self {
        Self(text.split('.').map(str::to_owned).collect())
    }

    /// The path of a variable, behind the prefix: `TLS__MIN_VERSION`.
    pub(super) fn of_variable(name: &str) -> Self {
        let segments = name.split("__");
        Self(segments.map(str::to_ascii_lowercase).collect())
    }

    pub(super) fn segments(&self) -> &[String] {
        &self.0
    }

    pub(super) fn child(&self, name: &str) -> Self {
        let mut path = self.0.clone();
        path.push(name.to_owned());
        Self(path)
    }

    /// The table in which it stands.
    pub(super) fn parent(&self) -> Self {
        let above = self.0.split_last().map_or(&[][..], |(_, above)| above);
        Self(above.to_vec())
    }

    /// The beginning of this path at which there is nothing, though there is something above; the path itself if all
    /// is right.
    pub(super) fn up_to(&self, is_there: impl Fn(&Self) -> bool) -> Self {
        let lengths = 1..=self.0.len();
        let mut paths = lengths.map(|length| Self(self.0[..length].to_vec()));
        paths
            .find(|path| !is_there(path))
            .unwrap_or_else(|| self.clone())
    }

    pub(super) fn last(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }

    pub(super) fn is_in(&self, table: &Self) -> bool {
        self.0.len() > table.0.len() && self.0.starts_with(&table.0)
    }

    /// Whether it is about a further listener, or about all of them.
    pub(super) fn is_in_listeners(&self) -> bool {
        self.0.first().is_some_and(|first| first == LISTENERS)
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, segment) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if !segment.is_empty() && segment.chars().all(is_bare) {
                f.write_str(segment)?;
            } else {
                write!(f, "{segment:?}")?;
            }
        }
        Ok(())
    }
}
