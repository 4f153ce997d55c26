//! The one error of this crate.

use std::fmt;

use crate::register::Conflict;

/// What can go wrong while the program runs; everything else is refused while it compiles.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// Declarations that cannot stand side by side: all of them, each with both places.
    Conflicts(Vec<Conflict>),
    /// A name that is not one.
    InvalidName {
        /// What was to have the name: `namespace` or `constant label`.
        what: &'static str,
        /// The name as given.
        name: String,
    },
    /// A constant label with a name that the format keeps for itself.
    ReservedLabel {
        /// The name as given.
        name: String,
    },
    /// A constant label that is given twice.
    RepeatedLabel {
        /// The name.
        name: String,
    },
    /// The process was forked from one that had begun to count, and did not call [`after_fork`](crate::after_fork): its
    /// values are its parent's.
    Forked,
}

impl Error {
    pub(crate) fn from_conflicts(conflicts: Vec<Conflict>) -> Result<(), Self> {
        if conflicts.is_empty() {
            Ok(())
        } else {
            Err(Self::Conflicts(conflicts))
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflicts(conflicts) => {
                write!(
                    f,
                    "{} of the declared metrics cannot be exposed",
                    conflicts.len()
                )?;
                conflicts
                    .iter()
                    .try_for_each(|conflict| write!(f, "\n- {conflict}"))
            }
            Self::InvalidName { what, name } => write!(
                f,
                "`{name}` cannot be a {what}; names are of letters, digits and `_`, and do not start with a digit"
            ),
            Self::ReservedLabel { name } => write!(
                f,
                "`{name}` cannot be a constant label; `le`, `quantile` and names that start with `__` are kept for Prometheus"
            ),
            Self::RepeatedLabel { name } => {
                write!(
                    f,
                    "the constant label `{name}` is given twice; leave one of them out"
                )
            }
            Self::Forked => f.write_str(
                "this process was forked from one that had begun to count, whose values would be exposed twice; call `metrics_core::after_fork()` in the child",
            ),
        }
    }
}

/// The same as `Display`: a `main` that returns this error shows it by `Debug`, and the report of clashes is
/// made to be read.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
