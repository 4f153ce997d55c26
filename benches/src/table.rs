//! A Markdown table with columns of even width.

/// The head and the rows; all have the same number of cells.
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    pub(crate) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self(vec![head.map(str::to_owned).to_vec()])
    }

    pub(crate) fn push<const N: usize>(&mut self, cells: [String; N]) {
        self.0.push(cells.to_vec());
    }

    /// Prints it, unless it has no rows.
    pub(crate) fn print(&self, title: &str) {
        let [head, rows @ ..] = &*self.0 else { return };
        if rows.is_empty() {
            return;
        }
        let width = |column: usize| {
            let cells = self.0.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..head.len()).map(width).collect();
        println!("\n## {title}\n");
        print_row(head, &widths);
        let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        print_row(&dashes, &widths);
        for row in rows {
            print_row(row, &widths);
        }
    }
}

fn print_row(cells: &[String], widths: &[usize]) {
    let cells = cells.iter().zip(widths);
    let cells: Vec<String> = cells
        .map(|(cell, width)| format!("{cell:width$}"))
        .collect();
    println!("| {} |", cells.join(" | "));
}

/// A figure with as many decimals as it is worth.
pub(crate) fn figure(value: f64) -> String {
    match value.abs() {
        size if size.is_nan() => "–".to_owned(),
        0.0 => "0".to_owned(),
        size if size < 0.1 => format!("{value:.4}"),
        size if size < 10.0 => format!("{value:.2}"),
        size if size < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// How many times as much.
pub(crate) fn times(value: f64) -> String {
    if value.is_nan() {
        figure(value)
    } else {
        format!("{} ×", figure(value))
    }
}
