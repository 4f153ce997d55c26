//! The dashboard's identity in Grafana: whoever imports it again replaces it, and a link to it stays right.

use std::fmt::Write as _;

/// Grafana takes no longer one (`pkg/util/shortid_generator.go`).
const LONGEST: usize = 40;

/// Of this service, and of this set of it. Letters, digits, `-` and `_`, a letter first; no word of those that Grafana keeps for
/// itself.
pub(super) fn of(name: &str, set: Option<&str>) -> String {
    let whole = match set {
        None => format!("{name}-metrics"),
        Some(set) => format!("{name}-metrics-{set}"),
    };
    let mut slug: String = whole
        .chars()
        .map(|c| match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() || c == '_' => c,
            _ => '-',
        })
        .collect();
    if !slug.starts_with(|c: char| c.is_ascii_alphabetic()) {
        slug.insert_str(0, "app-");
    }
    if slug != whole || slug.len() > LONGEST {
        // what was lost told it apart from others
        let mut hash = String::new();
        let _ = write!(hash, "-{:08x}", fnv(&whole));
        slug.truncate(LONGEST - hash.len());
        slug.push_str(&hash);
    }
    slug
}

/// The hash FNV-1a in 32 bits: the standard library's promises no value.
fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
