//! What is said of a key that there is not. The key itself is named only if it is like one that there is: a line that lost
//! its beginning may have a secret for a key.

use super::keys::children;
use super::path::KeyPath;

/// The sentence for a path at which there is nothing, though its table is there.
pub(super) fn unknown(path: &KeyPath) -> String {
    let table = path.parent();
    let known = children(&table);
    if known.is_empty() {
        return format!("`{table}` is no table, and has nothing in it");
    }
    match nearest(path.last(), &known) {
        Some(near) => format!(
            "`{path}` is no setting; did you mean `{}`? there are {}",
            table.child(near),
            listed(&known)
        ),
        None if table.segments().is_empty() => {
            format!("there is no such setting; there are {}", listed(&known))
        }
        None => format!(
            "there is no such setting in `{table}`; there are {}",
            listed(&known)
        ),
    }
}

/// Keys as a sentence lists them.
pub(super) fn listed(keys: &[&str]) -> String {
    let keys: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
    keys.join(", ")
}

/// The one that was meant, if it is so like it that nothing else can have been: a third of it may differ.
fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let far = |of: &str| strsim::damerau_levenshtein(&written.to_ascii_lowercase(), of);
    let near = known.iter().copied().min_by_key(|of| far(of))?;
    let longest = written.len().max(near.len());
    (far(near) * 3 <= longest).then_some(near)
}
