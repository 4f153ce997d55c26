//! A folder of exported files on the disk: how it differs from what is declared, and how that is mended.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::artifacts::catalog::{self, Catalog};
use crate::artifacts::files::{Artifact, OCCASIONAL, is_generated};

/// Lines of both that are shown around a difference.
const CONTEXT: usize = 3;

/// The folder.
pub(super) struct Folder<'p> {
    path: &'p Path,
}

/// What is not as declared.
#[derive(Debug, PartialEq)]
pub(super) enum Difference<'a> {
    /// A file has another content.
    Stale { file: &'a Artifact, old: Vec<u8> },
    /// A file is not there.
    Missing { file: &'a Artifact },
    /// A file was generated once, and is not any more.
    LeftOver { path: &'static str },
}

impl<'p> Folder<'p> {
    pub(super) fn at(path: &'p Path) -> Self {
        Self { path }
    }

    /// A sentence if there is no such folder: all of its files would be missing, and what is wrong is its name.
    pub(super) fn must_exist(&self) -> Result<(), String> {
        if self.path.is_dir() {
            return Ok(());
        }
        Err(format!("there is no folder `{}`", self.path.display()))
    }

    /// How the folder differs from these files, in their order.
    pub(super) fn differences<'a>(
        &self,
        files: &'a [Artifact],
    ) -> Result<Vec<Difference<'a>>, String> {
        let mut differences = Vec::new();
        for file in files {
            match self.read(&file.path)? {
                Some(old) if old == file.content.as_bytes() => {}
                Some(old) => differences.push(Difference::Stale { file, old }),
                None => differences.push(Difference::Missing { file }),
            }
        }
        let is_declared = |path: &&str| files.iter().any(|file| file.path == **path);
        for path in OCCASIONAL.iter().filter(|path| !is_declared(path)) {
            // a file of this name that was written by hand is not ours
            if self.read(path)?.is_some_and(|old| is_generated(&old)) {
                differences.push(Difference::LeftOver { path });
            }
        }
        Ok(differences)
    }

    /// Writes or removes the file, and says so.
    pub(super) fn mend(&self, difference: &Difference<'_>) -> Result<String, String> {
        match difference {
            Difference::Stale { file, .. } | Difference::Missing { file } => {
                let path = self.file(&file.path);
                let parent = path.parent().unwrap_or(self.path);
                fs::create_dir_all(parent).map_err(|error| cannot("make", parent, &error))?;
                let written = fs::write(&path, &file.content);
                written.map_err(|error| cannot("write", &path, &error))?;
                Ok(format!("written: {}\n", path.display()))
            }
            Difference::LeftOver { path } => {
                let path = self.file(path);
                fs::remove_file(&path).map_err(|error| cannot("remove", &path, &error))?;
                Ok(format!("removed: {}\n", path.display()))
            }
        }
    }

    /// The difference as people read it.
    pub(super) fn shown(&self, difference: &Difference<'_>) -> String {
        match difference {
            Difference::Stale { file, old } => {
                let path = self.file(&file.path);
                let old = String::from_utf8_lossy(old);
                if old.replace("\r\n", "\n") == file.content {
                    return format!("other line ends: {}\n", path.display());
                }
                TextDiff::from_lines(old.as_ref(), &file.content)
                    .unified_diff()
                    .context_radius(CONTEXT)
                    .header(&path.to_string_lossy(), "as declared")
                    .to_string()
            }
            Difference::Missing { file } => {
                format!("missing: {}\n", self.file(&file.path).display())
            }
            Difference::LeftOver { path } => {
                format!("left over: {}\n", self.file(path).display())
            }
        }
    }

    fn file(&self, path: &str) -> PathBuf {
        self.path.join(path)
    }

    /// What is in a file, if it is there.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let path = self.file(path);
        match fs::read(&path) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(cannot("read", &path, &error)),
        }
    }
}

/// The catalogue in a file, or in a folder that was exported.
pub(super) fn catalog(path: &Path) -> Result<Catalog, String> {
    let file = if path.is_dir() {
        path.join("catalog.json")
    } else {
        path.to_owned()
    };
    let text = fs::read_to_string(&file).map_err(|error| cannot("read", &file, &error))?;
    catalog::parse(&text).map_err(|mistake| format!("cannot read `{}`: {mistake}", file.display()))
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> String {
    format!("cannot {what} `{}`: {error}", path.display())
}
