//! Tables whose columns are aligned, but for the last one, which is as long as it is.

/// A table with these headings.
pub(super) fn table<const N: usize>(
    headings: &[&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut rows: Vec<[String; N]> = rows.into_iter().collect();
    rows.insert(0, headings.map(str::to_owned));
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width).max(3);
        }
    }
    // what the longest of the last column would pad is nothing to look at
    if let (Some(width), Some(heading)) = (widths.last_mut(), headings.last()) {
        *width = heading.len();
    }
    let rule = widths.map(|width| "-".repeat(width));
    rows.insert(1, rule);
    let lines = rows.iter().map(|row| line(row, &widths));
    lines.collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).map(|(cell, width)| {
        let missing = width.saturating_sub(cell.chars().count());
        format!("{cell}{}", " ".repeat(missing))
    });
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}
