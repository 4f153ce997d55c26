//! The command line behind `metrics`: which command, and what it is given. A mistake is a sentence that names what there
//! is.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::Arg::{Long, Short, Value};

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    /// What there is, or one of them.
    Help(Option<Topic>),
    /// Write all files.
    Export { out: PathBuf },
    /// Compare with them.
    Check { folder: PathBuf },
    /// Compare two catalogues.
    Diff { old: PathBuf, new: PathBuf },
}

/// A command that has a help of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Topic {
    Export,
    Check,
    Diff,
}

impl Topic {
    pub(super) const ALL: [Self; 3] = [Self::Export, Self::Check, Self::Diff];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Check => "check",
            Self::Diff => "diff",
        }
    }

    /// How it is written.
    pub(super) fn usage(self) -> &'static str {
        match self {
            Self::Export => "export --out DIR",
            Self::Check => "check DIR",
            Self::Diff => "diff OLD NEW",
        }
    }

    fn of(word: &OsString) -> Result<Self, String> {
        let mut all = Self::ALL.into_iter();
        all.find(|topic| word == topic.word()).ok_or_else(|| {
            let known = Self::ALL.map(Self::word).join("`, `");
            format!(
                "there is no command `{}`; there are `{known}` and `help`",
                word.to_string_lossy()
            )
        })
    }
}

/// The command, or what is wrong.
pub(super) fn read(arguments: Vec<OsString>) -> Result<Command, String> {
    let mut arguments = lexopt::Parser::from_args(arguments);
    let topic = match arguments.next().map_err(|error| error.to_string())? {
        None | Some(Long("help") | Short('h')) => return Ok(Command::Help(None)),
        Some(Value(word)) if word == "help" => {
            let topic = arguments.next().map_err(|error| error.to_string())?;
            return match topic {
                Some(Value(word)) => Ok(Command::Help(Some(Topic::of(&word)?))),
                _ => Ok(Command::Help(None)),
            };
        }
        Some(Value(word)) => Topic::of(&word)?,
        Some(option) => return Err(unexpected(&option, "a command")),
    };
    let mut out = None;
    let mut paths = Vec::new();
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        match argument {
            Long("help") | Short('h') => return Ok(Command::Help(Some(topic))),
            Long("out") if topic == Topic::Export && out.is_none() => {
                let value = arguments.value().map_err(|_| wrong(topic))?;
                // a variable of a shell that is not set; the files would be all over the current folder
                if value.is_empty() {
                    return Err(wrong(topic));
                }
                out = Some(PathBuf::from(value));
            }
            Value(path) if topic != Topic::Export => paths.push(PathBuf::from(path)),
            other => return Err(unexpected(&other, &format!("`{}`", topic.usage()))),
        }
    }
    let mut paths = paths.into_iter();
    let command = match (topic, out, paths.next(), paths.next(), paths.next()) {
        (Topic::Export, Some(out), None, None, None) => Command::Export { out },
        (Topic::Check, None, Some(folder), None, None) => Command::Check { folder },
        (Topic::Diff, None, Some(old), Some(new), None) => Command::Diff { old, new },
        _ => return Err(wrong(topic)),
    };
    Ok(command)
}

fn wrong(topic: Topic) -> String {
    format!("`{}` is written `{}`", topic.word(), topic.usage())
}

fn unexpected(argument: &lexopt::Arg<'_>, wanted: &str) -> String {
    let written = match argument {
        Long(name) => format!("--{name}"),
        Short(name) => format!("-{name}"),
        Value(value) => value.to_string_lossy().into_owned(),
    };
    format!("`{written}` is not expected; write {wanted}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_words(words: &str) -> Result<Command, String> {
        read(words.split_whitespace().map(OsString::from).collect())
    }

    #[test]
    fn commands_are_read() {
        let out = PathBuf::from("a/b");
        for words in ["export --out a/b", "export --out=a/b"] {
            let command = Command::Export { out: out.clone() };
            assert_eq!(read_words(words), Ok(command), "{words}");
        }
        let folder = PathBuf::from("--odd");
        assert_eq!(read_words("check -- --odd"), Ok(Command::Check { folder }));
        let (old, new) = ("a".into(), "b".into());
        assert_eq!(read_words("diff a b"), Ok(Command::Diff { old, new }));
    }

    #[test]
    fn help_is_everywhere() {
        for words in ["", "help", "--help", "-h", "--help export"] {
            assert_eq!(read_words(words), Ok(Command::Help(None)), "{words}");
        }
        for topic in Topic::ALL {
            for words in ["help WORD", "WORD --help", "WORD -h", "WORD a --help"] {
                let words = words.replace("WORD", topic.word());
                // `export` has no argument of its own
                let words = words.replace("export a", "export --out a");
                let help = Command::Help(Some(topic));
                assert_eq!(read_words(&words), Ok(help), "{words}");
            }
        }
    }

    #[test]
    fn mistakes_name_what_there_is() {
        let mistakes = [
            (
                "exprt",
                "there is no command `exprt`; there are `export`, `check`, `diff` and `help`",
            ),
            (
                "help exprt",
                "there is no command `exprt`; there are `export`, `check`, `diff` and `help`",
            ),
            ("--out a", "`--out` is not expected; write a command"),
            ("export", "`export` is written `export --out DIR`"),
            ("export --out", "`export` is written `export --out DIR`"),
            ("export --out=", "`export` is written `export --out DIR`"),
            ("export a", "`a` is not expected; write `export --out DIR`"),
            (
                "export --out a --out b",
                "`--out` is not expected; write `export --out DIR`",
            ),
            ("check", "`check` is written `check DIR`"),
            ("check a b", "`check` is written `check DIR`"),
            (
                "check --out a",
                "`--out` is not expected; write `check DIR`",
            ),
            ("check -x", "`-x` is not expected; write `check DIR`"),
            ("diff a", "`diff` is written `diff OLD NEW`"),
            ("diff a b c", "`diff` is written `diff OLD NEW`"),
        ];
        for (words, sentence) in mistakes {
            assert_eq!(read_words(words), Err(sentence.to_owned()), "{words}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn paths_need_not_be_text() {
        use std::os::unix::ffi::OsStringExt;

        let odd = || OsString::from_vec(vec![b'a', 0xff]);
        let folder = odd().into();
        assert_eq!(
            read(vec!["check".into(), odd()]),
            Ok(Command::Check { folder })
        );
        let mistake = read(vec![odd()]).expect_err("no command");
        assert!(
            mistake.starts_with("there is no command `a\u{fffd}`"),
            "{mistake}"
        );
    }
}
