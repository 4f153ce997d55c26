//! The settings of one table, as `resolve` asks for them.

#[cfg(feature = "tls")]
use std::time::Duration;

use super::path::KeyPath;
use super::value::Value;
use super::{Setting, Settings};

#[derive(Clone)]
pub(super) struct Table<'a> {
    settings: &'a Settings,
    path: KeyPath,
}

impl<'a> Table<'a> {
    pub(super) fn top(settings: &'a Settings) -> Self {
        Self {
            settings,
            path: KeyPath::default(),
        }
    }

    pub(super) fn table(&self, name: &str) -> Self {
        Self {
            settings: self.settings,
            path: self.path.child(name),
        }
    }

    /// The tables in it, with their names.
    pub(super) fn tables(&self) -> Vec<(&'a str, Self)> {
        let depth = self.path.segments().len();
        let paths = self.all().map(|(path, _)| path);
        let mut names: Vec<_> = paths.map(|path| path.segments()[depth].as_str()).collect();
        names.dedup();
        let tables = names.into_iter().map(|name| (name, self.table(name)));
        tables.collect()
    }

    /// The first setting in it, if any is.
    pub(super) fn first(&self) -> Option<(&'a KeyPath, &'a Setting)> {
        self.all().next()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&'a KeyPath, &'a Setting)> {
        let path = self.path.clone();
        let all = self.settings.settings.iter();
        all.filter(move |(of, _)| of.is_in(&path))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        match self.get(key)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn list(&self, key: &str) -> Option<&'a [String]> {
        match self.get(key)? {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        match self.get(key)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    pub(super) fn number(&self, key: &str) -> Option<usize> {
        match self.get(key)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn mode(&self, key: &str) -> Option<u32> {
        match self.get(key)? {
            Value::Mode(mode) => Some(*mode),
            _ => None,
        }
    }

    #[cfg(feature = "tls")]
    pub(super) fn duration(&self, key: &str) -> Option<Duration> {
        match self.get(key)? {
            Value::Duration(duration) => Some(*duration),
            _ => None,
        }
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        let setting = self.settings.settings.get(&self.path.child(key))?;
        Some(&setting.value)
    }

    /// Says what is wrong with one of its keys, if it is set.
    pub(super) fn wrong(&self, key: &str, problem: &str, problems: &mut Vec<String>) {
        let path = self.path.child(key);
        if let Some(setting) = self.settings.settings.get(&path) {
            problems.push(format!("{}: `{path}` {problem}", setting.origin));
        }
    }

    /// Says what is wrong with it as a whole, where its first setting is.
    pub(super) fn wrong_here(&self, problem: &str, problems: &mut Vec<String>) {
        if let Some((_, setting)) = self.first() {
            problems.push(format!("{}: `{}` {problem}", setting.origin, self.path));
        }
    }
}
