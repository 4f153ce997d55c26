//! What protects a listener beside its networks: TLS and passwords, which are as the top says where a listener does not.

use super::table::Table;
use crate::listen::Listener;

#[derive(Clone, Default)]
pub(super) struct Protection {}

impl Protection {
    /// What this table says.
    pub(super) fn of(_table: &Table<'_>, _problems: &mut Vec<String>) -> Self {
        Self {}
    }

    pub(super) fn or(
        self,
        _shared: &Self,
        _table: &Table<'_>,
        _problems: &mut Vec<String>,
    ) -> Self {
        self
    }

    pub(super) fn put(self, listener: Listener, _is_unix: bool) -> Listener {
        listener
    }
}
