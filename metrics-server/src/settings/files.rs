//! The files that settings name: whether they are there, before anything is made of them.

use std::fs::{self, File};
use std::io;

use super::keys::{Found, find};
use super::kind::Kind;
use super::table::Table;
use super::value::Value;

/// Opens the files of this table once. Their names are not told: what should stand in a file may have been written for its
/// name.
pub(super) fn can_be_read(of: &Table<'_>, problems: &mut Vec<String>) -> bool {
    let before = problems.len();
    for (path, setting) in of.all() {
        if let Found::Key(key) = find(path)
            && matches!(key.kind, Kind::File)
            && let Value::Text(file) = &setting.value
            && let Err(error) = open(file)
        {
            let origin = &setting.origin;
            problems.push(format!(
                "{origin}: `{path}` is no file that can be read: {error}"
            ));
        }
    }
    problems.len() == before
}

fn open(path: &str) -> io::Result<()> {
    // a pipe would keep who opens it waiting, and is empty when it is read again
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    File::open(path).map(drop)
}
