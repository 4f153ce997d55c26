//! `alert(…)` of a field, from what is written to constants: `parse` → `rules`, with the texts in `template` → `expand`.

pub(super) mod expand;
pub(super) mod parse;
pub(super) mod rules;
mod template;
