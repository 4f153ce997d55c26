//! Combinations that somebody owns: they do not idle out, and leave when the last owner goes.
//! `update/owner` has the guard that users hold.

use super::combinations::{Combinations, is_live, state_of};
use super::found::{Found, Row};
use super::key::GONE;
use crate::update::cell::Lookers;

impl Combinations {
    /// Makes somebody the owner of a combination that was looked up; `false` if it was removed meanwhile.
    pub(in crate::update) fn own(&self, found: &Found<'_>) -> bool {
        // the lock keeps the row from being removed meanwhile
        let mut writer = self.writer();
        let live = is_live(state_of(found.row.numbers));
        if live {
            *writer.owners.entry(found.row.row).or_insert(0_u64) += 1;
        }
        live
    }

    /// The combination, for one of its owners.
    #[inline]
    pub(in crate::update) fn of_owner(&self, row: u32) -> Row<'_> {
        Row {
            of: self,
            row,
            numbers: self.rows.get(row),
        }
    }

    /// One owner less. When the last is gone, the combination leaves, if it has not been removed.
    pub(in crate::update) fn disown(&self, row: u32) {
        let mut writer = self.writer();
        let Some(owners) = writer.owners.get_mut(&row) else {
            return;
        };
        *owners -= 1;
        if *owners > 0 {
            return;
        }
        writer.owners.remove(&row);
        let numbers = self.rows.get(row);
        let state = state_of(numbers);
        if is_live(state) {
            self.leave(row, self.hash_of(numbers), &mut writer);
        } else if state & GONE != 0 {
            let lookers = Lookers::now(self.lane);
            writer.removed.push_back((vec![row], lookers));
        }
    }
}
