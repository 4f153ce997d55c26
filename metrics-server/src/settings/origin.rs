//! Where a setting was written, as a mistake names it.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub(super) enum Origin {
    Code(&'static Location<'static>),
    File {
        name: Arc<str>,
        line: usize,
        column: usize,
    },
    Variable(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(location) => location.fmt(f),
            Self::File { name, line, column } => write!(f, "{name}:{line}:{column}"),
            Self::Variable(name) => f.write_str(name),
        }
    }
}
