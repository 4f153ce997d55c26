//! Catalogues as the target `catalog` of `fuzz/` reads and compares them.

use super::{diff, is_breaking, parse, report, text};

/// Reads both, writes and reads them again, and compares them.
///
/// # Errors
///
/// What is wrong with one of them.
pub fn compare(old: &str, new: &str) -> Result<(), String> {
    let (old, new) = (parse(old)?, parse(new)?);
    for catalog in [&old, &new] {
        let again = parse(&text(catalog)).expect("what we write we read");
        assert_eq!(&again, catalog);
        assert_eq!(diff(catalog, catalog), []);
    }
    let changes = diff(&old, &new);
    for change in &changes {
        assert!(!change.what.is_empty());
    }
    let back = diff(&new, &old);
    assert_eq!(changes.is_empty(), back.is_empty(), "{changes:?} {back:?}");
    assert!(!(is_breaking(&changes) && changes.is_empty()));
    let _ = report(&changes);
    Ok(())
}
