//! Times one update of this project and of its peers, each in its own best idiom, in one run.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml` prints a table; with `-- --csv` it prints CSV.
//! Every figure is the median of 11 rounds, in nanoseconds an operation, and the rounds of all cases take turns,
//! so that a machine that changes its speed changes it for all. Two threads update the same metric.

mod measure;
mod rows;

use measure::{Case, Figures, measure};

const ROUNDS: usize = 11;

fn main() {
    let csv = std::env::args().any(|argument| argument == "--csv");
    let cases = rows::all();
    let figures = measure(&cases, ROUNDS);
    if csv {
        println!("row,library,idiom,ns_one_thread,ns_two_threads");
    } else {
        println!("| row | library | idiom | one thread | two threads | to ours |");
        println!("|---|---|---|---|---|---|");
    }
    for (case, of_case) in cases.iter().zip(&figures) {
        let Figures { one, two } = of_case;
        let Case {
            row,
            library,
            idiom,
            ..
        } = case;
        if csv {
            println!("{row},{library},{idiom},{one:.2},{two:.2}");
        } else {
            let ours = ours(row, &cases, &figures).map_or(f64::NAN, |ours| one / ours.one);
            println!("| {row} | {library} | {idiom} | {one:.2} | {two:.2} | {ours:.1} × |");
        }
    }
}

/// The figures of this project in the same row.
fn ours<'f>(row: &str, cases: &[Case], figures: &'f [Figures]) -> Option<&'f Figures> {
    let mut pairs = cases.iter().zip(figures);
    pairs
        .find(|(case, _)| case.row == row && case.library == rows::OURS)
        .map(|(_, figures)| figures)
}
