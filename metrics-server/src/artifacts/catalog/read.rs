//! A catalogue read back from JSON: one that was committed, of this version of the program or of an older one.

use serde::Deserialize;
use serde_path_to_error::deserialize;

use super::model::{Catalog, VERSION};

/// What every version has.
#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

/// The catalogue that `text` is.
///
/// # Errors
///
/// A sentence that says what is wrong, and where in it.
pub(crate) fn parse(text: &str) -> Result<Catalog, String> {
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    // first, since a newer one may look otherwise in all else
    let Versioned { version } = read(&value)?;
    if version > VERSION {
        return Err(format!(
            "it is a catalogue of version {version}, and this program knows version {VERSION}; compare the two with a program \
             that was built with the newer of the two releases"
        ));
    }
    read(&value)
}

fn read<'v, T: Deserialize<'v>>(value: &'v serde_json::Value) -> Result<T, String> {
    deserialize(value).map_err(|error| {
        let (path, why) = (error.path().to_string(), error.inner());
        // the path of the whole is a point
        match path.as_str() {
            "." => format!("it is no catalogue: {why}"),
            path => format!("it is no catalogue: `{path}`: {why}"),
        }
    })
}
