//! How two texts differ, as people read it: the lines that do, with some around them.

use std::fmt::Write as _;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

/// So many equal lines are shown before and after those that differ.
const AROUND: usize = 3;

/// `-` stands before lines that only `old` has, `+` before those that only `new` has, `…` for lines left out.
pub(super) fn difference(old: &[&str], new: &[&str]) -> String {
    let groups = group_diff_ops(capture_diff_slices(Algorithm::Myers, old, new), AROUND);
    let mut shown = String::new();
    let mut reached = 0;
    for group in groups {
        let starts = group.first().map_or(0, |op| op.old_range().start);
        if starts > reached {
            shown.push_str("  …\n");
        }
        for op in group {
            reached = op.old_range().end;
            show(&op, old, new, &mut shown);
        }
    }
    if reached < old.len() {
        shown.push_str("  …\n");
    }
    shown
}

fn show(op: &DiffOp, old: &[&str], new: &[&str], shown: &mut String) {
    let mut push = |sign, lines: Option<&[&str]>| {
        for line in lines.unwrap_or_default() {
            let _ = writeln!(shown, "{sign} {line}");
        }
    };
    if let DiffOp::Equal { .. } = op {
        push(' ', old.get(op.old_range()));
        return;
    }
    push('-', old.get(op.old_range()));
    push('+', new.get(op.new_range()));
}

#[test]
fn lines_that_are_left_out_are_marked_on_both_sides() {
    let old: Vec<_> = "a b c d e f g h i".split(' ').collect();
    let mut new = old.clone();
    new[4] = "E";
    assert_eq!(
        difference(&old, &new),
        "  …\n  b\n  c\n  d\n- e\n+ E\n  f\n  g\n  h\n  …\n"
    );
    assert_eq!(difference(&old[..1], &["A"]), "- a\n+ A\n");
}
