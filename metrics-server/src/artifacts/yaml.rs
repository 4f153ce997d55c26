//! YAML as this project writes it: block style, keys in the order given, texts quoted, the same bytes in every run.
//! Written by hand, because no kept library promises its output.

use std::fmt::Write as _;

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
    /// Values with keys, which are words that need no quotes, or texts that get some.
    Map(Vec<(String, Self)>),
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

    /// The document, which ends with a line break.
    pub(crate) fn document(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0, At::Line);
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
            Self::Block(text) if is_block(text) => {
                out.push_str("|\n");
                for line in text.lines() {
                    if !line.is_empty() {
                        let _ = write!(out, "{:indent$}{line}", "");
                    }
                    out.push('\n');
                }
            }
            Self::Block(text) => Self::Text(text.clone()).write(out, indent, at),
            Self::List(items) if items.is_empty() => out.push_str("[]\n"),
            Self::Map(pairs) if pairs.is_empty() => out.push_str("{}\n"),
            Self::List(items) => {
                begin(out, at);
                for (place, item) in items.iter().enumerate() {
                    if place > 0 || !matches!(at, At::Dash) {
                        let _ = write!(out, "{:indent$}", "");
                    }
                    out.push_str("- ");
                    item.write(out, indent + 2, At::Dash);
                }
            }
            Self::Map(pairs) => {
                begin(out, at);
                for (place, (key, value)) in pairs.iter().enumerate() {
                    if place > 0 || !matches!(at, At::Dash) {
                        let _ = write!(out, "{:indent$}", "");
                    }
                    out.push_str(&key_text(key));
                    out.push(':');
                    match value {
                        Self::Map(of) if !of.is_empty() => value.write(out, indent + 2, At::Key),
                        Self::List(of) if !of.is_empty() => value.write(out, indent + 2, At::Key),
                        _ => {
                            out.push(' ');
                            value.write(out, indent + 2, At::Key);
                        }
                    }
                }
            }
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

fn begin(out: &mut String, at: At) {
    if matches!(at, At::Key) {
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
mod tests {
    use super::*;

    #[test]
    fn a_document_reads_as_people_write_it() {
        let document = Yaml::map([
            ("name", Yaml::from("x")),
            ("empty", Yaml::list([])),
            (
                "rules",
                Yaml::list([Yaml::map([
                    ("expr", Yaml::from("a{b=\"c\"} > 'd'")),
                    ("for", Yaml::from("5m")),
                    ("labels", Yaml::map([("a.b/c", Yaml::plain(3))])),
                ])]),
            ),
            ("text", Yaml::Block("{\n  \"a\": 1\n}\n".to_owned())),
            ("bell", Yaml::from("\u{7}")),
        ]);
        let expected = r#"name: "x"
empty: []
rules:
  - expr: 'a{b="c"} > ''d'''
    for: "5m"
    labels:
      "a.b/c": 3
text: |
  {
    "a": 1
  }
bell: "\u0007"
"#;
        assert_eq!(document.document(), expected);
    }
}
