//! YAML as this project writes it: block style, keys in the order given, texts quoted, the same bytes in every run.
//! Written by hand, because no kept library promises its output.

use std::fmt::Write as _;

/// What the first line of every generated file says of where it comes from.
pub(crate) fn origin(name: &str) -> String {
    format!("Generated from the metric declarations of {name}. Do not edit: change the code.")
}

/// A document of nothing but these lines, which no reader takes for an object.
pub(crate) fn comment(lines: &str) -> String {
    let mut out = String::new();
    remark(&mut out, 0, lines);
    out
}

/// A value of a document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Yaml {
    /// A text, which is quoted.
    Text(String),
    /// A text of several lines, as a literal block.
    Block(String),
    /// A number or a boolean, as it stands.
    Plain(String),
    /// Values one after the other.
    List(Vec<Self>),
    /// Values with keys of less than a thousand characters, which are words that need no quotes, or texts that get some.
    Map(Vec<(String, Self)>),
    /// A value with lines of comment above it, or above its key.
    Remarked(String, Box<Self>),
}

impl Yaml {
    /// A map of these.
    pub(crate) fn map<K: Into<String>>(pairs: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(
            pairs
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }

    /// A list of these.
    pub(crate) fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// An integer or a boolean.
    pub(crate) fn plain(value: impl ToString) -> Self {
        Self::Plain(value.to_string())
    }

    /// The same with lines of comment above it.
    #[must_use]
    pub(crate) fn remarked(self, lines: impl Into<String>) -> Self {
        Self::Remarked(lines.into(), Box::new(self))
    }

    /// The document, which ends with a line break.
    pub(crate) fn document(&self) -> String {
        let mut out = String::new();
        let mut root = self;
        while let Self::Remarked(lines, value) = root {
            remark(&mut out, 0, lines);
            root = value;
        }
        root.write(&mut out, 0, At::Line);
        out
    }

    fn write(&self, out: &mut String, indent: usize, at: At) {
        match self {
            Self::Text(text) => {
                out.push_str(&quoted(text));
                out.push('\n');
            }
            Self::Plain(text) => {
                out.push_str(text);
                out.push('\n');
            }
            Self::Block(text) if is_block(text) => block(out, indent.max(2), text),
            Self::Block(text) => Self::Text(text.clone()).write(out, indent, at),
            Self::List(items) if items.is_empty() => out.push_str("[]\n"),
            Self::Map(pairs) if pairs.is_empty() => out.push_str("{}\n"),
            Self::List(items) => {
                at.begin(out);
                for (place, item) in items.iter().enumerate() {
                    let item = at.entry(out, indent, place, item);
                    out.push_str("- ");
                    item.write(out, indent + 2, At::Dash);
                }
            }
            Self::Map(pairs) => {
                at.begin(out);
                for (place, (key, value)) in pairs.iter().enumerate() {
                    let value = at.entry(out, indent, place, value);
                    out.push_str(&key_text(key));
                    out.push(':');
                    if !value.is_nested() {
                        out.push(' ');
                    }
                    value.write(out, indent + 2, At::Key);
                }
            }
            // where no key and no dash is left to stand above
            Self::Remarked(_, value) => value.write(out, indent, at),
        }
    }

    /// Whether it begins in a line of its own below a key.
    fn is_nested(&self) -> bool {
        match self {
            Self::List(items) => !items.is_empty(),
            Self::Map(pairs) => !pairs.is_empty(),
            _ => false,
        }
    }
}

impl From<&str> for Yaml {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Yaml {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// What stands before a value.
#[derive(Clone, Copy)]
enum At {
    Line,
    Dash,
    Key,
}

impl At {
    /// Begins a list or a map.
    fn begin(self, out: &mut String) {
        if matches!(self, Self::Key) {
            out.push('\n');
        }
    }

    /// Begins an entry of it: the remarks, then the indent, which the first entry after a dash has already. Gives the value
    /// without its remarks.
    fn entry<'y>(self, out: &mut String, indent: usize, place: usize, value: &'y Yaml) -> &'y Yaml {
        let mut value = value;
        let mut has_indent = place == 0 && matches!(self, Self::Dash);
        while let Yaml::Remarked(lines, inner) = value {
            if has_indent {
                // the dash stands alone in its line then
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
                has_indent = false;
            }
            remark(out, indent, lines);
            value = inner;
        }
        if !has_indent {
            let _ = write!(out, "{:indent$}", "");
        }
        value
    }
}

/// Lines of comment; what cannot be seen is a space there.
fn remark(out: &mut String, indent: usize, lines: &str) {
    for line in lines.lines() {
        let seen = line.chars().map(|c| if is_printable(c) { c } else { ' ' });
        let line = format!("{:indent$}# {}", "", seen.collect::<String>());
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// A literal block.
fn block(out: &mut String, indent: usize, text: &str) {
    out.push_str("|\n");
    for line in text.lines() {
        if !line.is_empty() {
            let _ = write!(out, "{:indent$}{line}", "");
        }
        out.push('\n');
    }
}

/// Whether a literal block gives the text back: it ends in one line break, begins with no space, and all of it can be seen.
fn is_block(text: &str) -> bool {
    let ends = text.ends_with('\n') && !text.ends_with("\n\n") && text.len() > 1;
    ends && !text.starts_with([' ', '\n'])
        && text.chars().all(|c| c == '\n' || is_printable(c))
        && !text.lines().any(|line| line.ends_with(' '))
}

/// Whether readers take it as it is. Others of YAML 1.2's unprintable ones are refused raw by some.
fn is_printable(c: char) -> bool {
    !matches!(c, '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn key_text(key: &str) -> String {
    // a word alone may be read as a boolean
    let is_word = key.len() > 1 && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_other = ["true", "false", "yes", "no", "on", "off", "null"];
    let begins = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if is_word && begins && !is_other.contains(&key.to_ascii_lowercase().as_str()) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

/// In single quotes where that keeps it readable, which PromQL with its double quotes is then; else in double ones.
fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) && text.chars().all(is_printable) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            c => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests;
