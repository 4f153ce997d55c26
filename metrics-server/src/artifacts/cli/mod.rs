//! `my-app metrics …`: artefacts from a user's own binary, without starting what it does. `arguments` reads the command
//! line, `help` has the words, `folder` knows what is on the disk; here a command becomes a text and an exit code.

mod arguments;
mod folder;
mod help;

use std::env;
use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process;

use self::arguments::Command;
use self::folder::Folder;
use super::{Artifacts, catalog};
use crate::Error;

/// The word on the command line that asks for this.
const WORD: &str = "metrics";

/// Answers `my-app metrics …` on the command line, and ends the process then; returns at once where the program was called
/// in another way, and has touched nothing.
///
/// It stands first in `main`, before the program reads its own arguments, binds an address or starts a thread:
///
/// ```
/// metrics_server::artifacts_cli();
/// // what the program does
/// ```
///
/// | command | what |
/// |---|---|
/// | `my-app metrics export --out DIR` | writes all [files](Artifacts::files) into `DIR`, which is made if it is not there: those that are not as declared; other files in it are left alone |
/// | `my-app metrics check DIR` | tells what in `DIR` is stale, missing or left over, as a unified difference |
/// | `my-app metrics diff OLD NEW` | tells what changed from one `catalog.json` to another, and what of it breaks who reads the metrics |
/// | `my-app metrics help` | this; `--help` says it of each command |
///
/// The process ends with 0; with 1 if `check` found something, or `diff` something that breaks; with 2 if it could not do what it
/// was asked for.
///
/// # Files that are committed
///
/// What is written is the same in every run and on every platform, so it can be committed beside the code, and CI fails when
/// it is not what the code declares:
///
/// ```text
/// $ cargo run -- metrics export --out metrics
/// $ git add metrics
/// ```
///
/// ```yaml
/// # in CI
/// - run: cargo run -- metrics check metrics
/// # what changes for dashboards and alerts of others, between the main branch and this one
/// - run: |
///     git show origin/main:metrics/catalog.json > old.json
///     cargo run -- metrics diff old.json metrics
/// ```
///
/// Where Git changes line ends on checkout, `metrics/** -text` in `.gitattributes` keeps it from that.
///
/// # With settings
///
/// This is [`Artifacts::cli`] of [`Artifacts::global`]. For a name, a port and so on, or for a registry of your own, see
/// there; and [`Exporter::artifacts`](crate::Exporter::artifacts) for the same settings in routes and files.
pub fn artifacts_cli() {
    if let Some(arguments) = asked(env::args_os()) {
        answer(arguments, &Artifacts::global());
    }
}

impl Artifacts {
    /// As [`artifacts_cli`], of these artefacts.
    ///
    /// ```no_run
    /// use metrics_core::{Gauge, MetricSet, Registry};
    /// use metrics_server::Artifacts;
    ///
    /// /// A pool of connections.
    /// #[derive(MetricSet)]
    /// #[metrics(register = false)]
    /// struct Pool {
    ///     /// Open connections.
    ///     connections: Gauge,
    /// }
    ///
    /// let registry = Registry::new();
    /// let pool = Pool::register(&registry)?;
    /// Artifacts::of(&registry).name("pool").port(8081).cli();
    /// // what the program does
    /// # Ok::<(), metrics_core::Error>(())
    /// ```
    pub fn cli(self) {
        if let Some(arguments) = asked(env::args_os()) {
            answer(arguments, &self);
        }
    }
}

/// What stands behind the word that asks for this, if it is the first.
fn asked(arguments: impl Iterator<Item = OsString>) -> Option<Vec<OsString>> {
    let mut arguments = arguments.skip(1);
    let first = arguments.next()?;
    (first == WORD).then(|| arguments.collect())
}

/// Does what was asked for, and ends the process.
fn answer(arguments: Vec<OsString>, artifacts: &Artifacts) -> ! {
    let program = program();
    let done = arguments::read(arguments).map_err(|mistake| {
        let mend = format!("`{program} {WORD} help` says what there is");
        vec![mistake, mend]
    });
    let done = done.and_then(|command| run(&command, artifacts, &program));
    let code = match done.and_then(|done| done.print()) {
        Ok(code) => code,
        Err(mistakes) => {
            let mut stderr = io::stderr().lock();
            for mistake in mistakes {
                // nobody is left to be told
                let _ = writeln!(stderr, "{mistake}");
            }
            2
        }
    };
    process::exit(code)
}

/// How the program is called, for the help and for mends.
fn program() -> String {
    let path = env::args_os().next().unwrap_or_default();
    let name = Path::new(&path).file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// What a command came to.
#[derive(Debug, PartialEq)]
struct Done {
    text: String,
    /// Nothing was found that the caller must hear of by the exit code.
    is_well: bool,
}

impl Done {
    /// Prints it, and gives the exit code.
    fn print(self) -> Result<i32, Vec<String>> {
        let mut stdout = io::stdout().lock();
        let printed = stdout.write_all(self.text.as_bytes());
        match printed.and_then(|()| stdout.flush()) {
            // who closed the pipe has read enough
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(vec![format!("cannot print: {error}")])
            }
            _ => Ok(i32::from(!self.is_well)),
        }
    }
}

fn run(command: &Command, artifacts: &Artifacts, program: &str) -> Result<Done, Vec<String>> {
    match command {
        Command::Help(topic) => Ok(Done {
            text: help::of(*topic, program),
            is_well: true,
        }),
        Command::Export { out } => export(out, artifacts),
        Command::Check { folder } => check(folder, artifacts, program),
        Command::Diff { old, new } => diff(old, new),
    }
}

fn export(out: &Path, artifacts: &Artifacts) -> Result<Done, Vec<String>> {
    let files = artifacts.files().map_err(mistakes)?;
    let folder = Folder::at(out);
    let differences = folder.differences(&files).map_err(|error| vec![error])?;
    let mut text = String::new();
    for difference in &differences {
        let told = folder.mend(difference).map_err(|error| vec![error])?;
        text.push_str(&told);
    }
    let all = files.len();
    text.push_str(&match differences.len() {
        0 => format!("{}: all {all} files were as declared\n", out.display()),
        _ => format!("{}: all {all} files are as declared\n", out.display()),
    });
    Ok(Done {
        text,
        is_well: true,
    })
}

fn check(out: &Path, artifacts: &Artifacts, program: &str) -> Result<Done, Vec<String>> {
    let files = artifacts.files().map_err(mistakes)?;
    let folder = Folder::at(out);
    folder.must_exist().map_err(|error| vec![error])?;
    let differences = folder.differences(&files).map_err(|error| vec![error])?;
    let mut text: String = differences.iter().map(|one| folder.shown(one)).collect();
    let (shown, all) = (out.display(), files.len());
    text.push_str(&match differences.len() {
        0 => format!("{shown}: all {all} files are as declared\n"),
        1 => format!("{shown}: 1 file is not as declared"),
        some => format!("{shown}: {some} files are not as declared"),
    });
    if !differences.is_empty() {
        text.push_str(&format!(
            "; `{program} {WORD} export --out {shown}` mends it\n"
        ));
    }
    Ok(Done {
        text,
        is_well: differences.is_empty(),
    })
}

fn diff(old: &Path, new: &Path) -> Result<Done, Vec<String>> {
    let (old, new) = match (folder::catalog(old), folder::catalog(new)) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => return Err([old.err(), new.err()].into_iter().flatten().collect()),
    };
    let changes = catalog::diff(&old, &new);
    Ok(Done {
        text: catalog::report(&changes),
        is_well: !catalog::is_breaking(&changes),
    })
}

fn mistakes(error: Error) -> Vec<String> {
    match error {
        Error::Artifacts(mistakes) => mistakes,
        other => vec![other.to_string()],
    }
}

#[cfg(test)]
mod tests;
