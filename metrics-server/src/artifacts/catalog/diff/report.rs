//! Changes as people read them.

use super::Change;

/// The changes, those that break first; a line each, below the name of what it is of.
pub(crate) fn report(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "nothing changed\n".to_owned();
    }
    let mut out = String::new();
    for (heading, is_breaking) in [("breaking", true), ("not breaking", false)] {
        let of_kind = changes
            .iter()
            .filter(|change| change.is_breaking == is_breaking);
        let mut last = None;
        for Change { of, what, .. } in of_kind {
            if last.is_none() {
                out.push_str(heading);
                out.push_str(":\n");
            }
            if last != Some(of) {
                out.push_str(&format!("  {of}\n"));
            }
            out.push_str(&format!("    {what}\n"));
            last = Some(of);
        }
    }
    out
}
