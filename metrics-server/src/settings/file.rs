//! A TOML file as settings. Of the reader's mistakes only its own words are told and where: it has the line itself, too,
//! and in the line there may be a secret.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::Settings;
use super::keys::{Found, children, find};
use super::origin::Origin;
use super::path::KeyPath;
use super::unknown::listed;
use super::value::Raw;

/// A longer file is no file of settings.
const LONGEST: u64 = 1024 * 1024;

/// The text of a file.
pub(super) fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let read = File::open(path)?
        .take(LONGEST + 1)
        .read_to_string(&mut text)?;
    if read as u64 > LONGEST {
        return Err(io::Error::other("it is longer than 1 MiB"));
    }
    Ok(text)
}

impl Settings {
    /// The settings with those of this text, which is told as of the file `name`.
    pub(super) fn with_text(mut self, name: &str, text: &str) -> Result<Self, Vec<String>> {
        self.begin_layer();
        let text = Text {
            name: name.into(),
            text,
        };
        let table = DeTable::parse(text.text).map_err(|error| {
            let origin = text.at(error.span().unwrap_or(0..0));
            vec![format!("{origin}: {}", error.message())]
        })?;
        let mut problems = Vec::new();
        self.put_table(&KeyPath::default(), table.get_ref(), &text, &mut problems);
        if problems.is_empty() {
            Ok(self)
        } else {
            Err(problems)
        }
    }

    fn put_table(
        &mut self,
        table: &KeyPath,
        entries: &DeTable<'_>,
        text: &Text<'_>,
        problems: &mut Vec<String>,
    ) {
        // in the order of the file, not of the alphabet
        let mut entries: Vec<_> = entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let path = table.child(key.get_ref());
            let origin = text.at(key.span());
            match (find(&path), value.get_ref()) {
                (Found::Table, DeValue::Table(entries)) => {
                    // whoever writes `[auth]` wants to be protected, and would not be
                    if entries.is_empty() {
                        problems.push(format!(
                            "{origin}: `{path}` is empty; leave it out, or write into it {}",
                            listed(&children(&path))
                        ));
                    }
                    self.put_table(&path, entries, text, problems);
                }
                (Found::Table, _) => {
                    problems.push(format!(
                        "{origin}: `{path}` must be a table with {}",
                        listed(&children(&path))
                    ));
                }
                (Found::Key(_) | Found::Nothing, value) => {
                    self.put(&path, &raw(value), origin, problems);
                }
            }
        }
    }
}

pub(super) fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.clone().into_owned()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Raw::Other, Raw::Number)
        }
        DeValue::Boolean(flag) => Raw::Flag(*flag),
        DeValue::Array(items) => Raw::List(items.iter().map(|item| raw(item.get_ref())).collect()),
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => Raw::Other,
    }
}

/// A file's text, in which places are looked up.
struct Text<'a> {
    name: Arc<str>,
    text: &'a str,
}

impl Text<'_> {
    fn at(&self, span: Range<usize>) -> Origin {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Origin::File {
            name: self.name.clone(),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}
