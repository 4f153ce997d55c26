//! Compares a text with a golden file, and shows the difference line by line.

use std::path::Path;
use std::{env, fs};

/// Fails with the difference if `actual` is not what the golden file has. With `UPDATE_GOLDEN` set it writes
/// the file instead.
pub(crate) fn assert_golden(file: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(file);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, actual).expect("a folder that can be written");
        return;
    }
    let expected = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; UPDATE_GOLDEN=1 writes it", path.display()));
    assert!(
        expected == actual,
        "{file} differs (`-` as it was, `+` as it is); UPDATE_GOLDEN=1 takes it over:\n{}",
        difference(&expected, actual)
    );
}

/// The lines that differ, with two lines around each, by longest common subsequence.
fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.split('\n').collect(), new.split('\n').collect());
    // lengths[i][j]: how many lines `old[i..]` and `new[j..]` have in common
    let mut lengths = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for (i, old_line) in old.iter().enumerate().rev() {
        for (j, new_line) in new.iter().enumerate().rev() {
            lengths[i][j] = if old_line == new_line {
                lengths[i + 1][j + 1] + 1
            } else {
                lengths[i + 1][j].max(lengths[i][j + 1])
            };
        }
    }
    let mut lines = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push((' ', old[i]));
            i += 1;
            j += 1;
        } else if j == new.len() || (i < old.len() && lengths[i + 1][j] >= lengths[i][j + 1]) {
            lines.push(('-', old[i]));
            i += 1;
        } else {
            lines.push(('+', new[j]));
            j += 1;
        }
    }
    let near = |index: usize| {
        let around = index.saturating_sub(2)..(index + 3).min(lines.len());
        lines[around].iter().any(|(sign, _)| *sign != ' ')
    };
    let mut shown = String::new();
    let mut left_out = false;
    for (index, (sign, line)) in lines.iter().enumerate() {
        if near(index) {
            shown.push_str(&format!("{sign} {line}\n"));
        } else if !left_out {
            shown.push_str("  …\n");
        }
        left_out = !near(index);
    }
    shown
}

#[test]
fn a_difference_shows_what_changed_and_where() {
    let old = "a\nb\nc\nd\ne\nf\n";
    let new = "a\nb\nc\nD\ne\nf\ng\n";
    assert_eq!(
        difference(old, new),
        "  …\n  b\n  c\n- d\n+ D\n  e\n  f\n+ g\n  \n"
    );
}
