//! The one error of this crate.

use std::{fmt, io};

/// Why a server did not start, or ended.
#[non_exhaustive]
pub enum Error {
    /// The address cannot be listened on: in use, not of this machine, not permitted, or no address.
    Bind {
        /// The address as given.
        address: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A listener that cannot be as it is written.
    Listener {
        /// The address as given.
        address: String,
        /// All that is wrong, a sentence for each.
        problems: Vec<String>,
    },
    /// Settings that cannot be: a sentence for each, which names the key, where it was written, and what may stand there;
    /// never what was written, since it may be a secret.
    Settings(Vec<String>),
    /// Files that changed and cannot be used: a sentence for each. What was there before stays in use.
    Reload(Vec<String>),
    /// The registry does not expose everything that was declared.
    Registry(metrics_core::Error),
    /// An allowed origin that no browser sends.
    InvalidOrigin(String),
    /// Summary fields that cannot be merged into frames: a sentence that says why.
    InvalidSummary(String),
    /// Declarations of which no right artefact can be made: a sentence for each.
    Artifacts(Vec<String>),
    /// The server's thread could not be started, or its event loop failed.
    Io(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind { address, source } => {
                write!(f, "cannot listen on {address}: {source}")?;
                if source.kind() == io::ErrorKind::AddrInUse {
                    write!(f, "; choose another port, or 0 for any free one")?;
                }
                Ok(())
            }
            Self::Listener { address, problems } => {
                write!(f, "cannot listen on {address}: {}", problems.join("; "))
            }
            Self::Reload(problems) => write!(
                f,
                "not everything was read again: {}; what was there before stays in use",
                problems.join("; ")
            ),
            Self::Registry(error) => write!(f, "the metrics server does not start: {error}"),
            Self::InvalidOrigin(origin) => write!(
                f,
                "`{origin}` is no origin; write it as browsers send it: `https://ops.example.com`, in lower case and without a path"
            ),
            Self::InvalidSummary(problem) => f.write_str(problem),
            Self::Settings(mistakes) | Self::Artifacts(mistakes) => {
                f.write_str(&mistakes.join("\n"))
            }
            Self::Io(error) => write!(f, "the metrics server failed: {error}"),
        }
    }
}

/// The same as `Display`: a `main` that returns this error shows it by `Debug`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind { source, .. } => Some(source),
            Self::Registry(error) => Some(error),
            Self::Listener { .. }
            | Self::Settings(_)
            | Self::Reload(_)
            | Self::InvalidOrigin(_)
            | Self::InvalidSummary(_)
            | Self::Artifacts(_) => None,
            Self::Io(error) => Some(error),
        }
    }
}

impl From<metrics_core::Error> for Error {
    fn from(error: metrics_core::Error) -> Self {
        Self::Registry(error)
    }
}
