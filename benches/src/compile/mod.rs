//! Times the compiler: sets and timed functions beside the same structs and functions without the macros.

mod crates;

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::case::library;
use crate::measure::median;
use crate::report::quoted;
use crate::table::{Table, figure, times};
use crates::{FUNCTIONS, Kind, SETS};

/// Every figure is the median of so many rounds, which take turns.
const ROUNDS: usize = 3;

/// No round begins after so long.
const PATIENCE: Duration = Duration::from_secs(600);

/// A row: what cargo does with which kind of crate.
struct Row {
    kind: Kind,
    command: &'static str,
    /// Seconds, round for round, of the crate without the macros and of that with them.
    without: Vec<f64>,
    with: Vec<f64>,
}

impl Row {
    fn name(&self) -> String {
        format!("{}, cargo {}", self.kind.text(), self.command)
    }

    /// Milliseconds that the macros add for each item.
    fn an_item(&self, without: f64, with: f64) -> f64 {
        (with - without) * 1e3 / self.kind.items() as f64
    }
}

/// Times the rows that are wanted, and prints them.
pub(crate) fn print(wanted: impl Fn(&str) -> bool, csv: bool) -> ExitCode {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    if Command::new(&cargo).arg("--version").output().is_err() {
        eprintln!("cargo is missing: https://rustup.rs");
        return ExitCode::FAILURE;
    }
    let folder = env::temp_dir().join(format!("metrics-compile-{}", std::process::id()));
    let measured = measure(Path::new(&cargo), &folder, wanted);
    // what is left in the folder of temporary files is no failure
    let _ = std::fs::remove_dir_all(&folder);
    match measured {
        Ok(rows) if csv => print_csv(&rows),
        Ok(rows) => print_table(&rows),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn measure(cargo: &Path, folder: &Path, wanted: impl Fn(&str) -> bool) -> io::Result<Vec<Row>> {
    let started = Instant::now();
    let kinds = [Kind::Sets, Kind::Functions].into_iter();
    let rows = kinds.flat_map(|kind| {
        ["check", "build"].map(|command| Row {
            kind,
            command,
            without: Vec::new(),
            with: Vec::new(),
        })
    });
    let mut rows: Vec<Row> = rows.filter(|row| wanted(&row.name())).collect();
    for row in &rows {
        for with in [false, true] {
            eprintln!("{}: what is built before", row.name());
            row.kind
                .write(&crate_folder(folder, row.kind, with), with)?;
            run(cargo, folder, row, with)?;
        }
    }
    for round in 1..=ROUNDS {
        if started.elapsed() > PATIENCE {
            eprintln!("only {} rounds, since this takes too long", round - 1);
            break;
        }
        eprintln!("round {round} of {ROUNDS}");
        for row in &mut rows {
            let without = run(cargo, folder, row, false)?;
            let with = run(cargo, folder, row, true)?;
            row.without.push(without);
            row.with.push(with);
        }
    }
    Ok(rows)
}

fn crate_folder(folder: &Path, kind: Kind, with: bool) -> PathBuf {
    folder.join(crates::name(kind, with))
}

/// The seconds that cargo takes for the crate alone: all that it depends on is built, nothing of its own is.
fn run(cargo: &Path, folder: &Path, row: &Row, with: bool) -> io::Result<f64> {
    let package = crate_folder(folder, row.kind, with);
    let target = folder.join("target");
    let cargo_in = |arguments: &[&str]| {
        let mut command = Command::new(cargo);
        command
            .args(arguments)
            .arg("--manifest-path")
            .arg(package.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&target)
            .env("CARGO_INCREMENTAL", "0");
        command
    };
    let cleaned = cargo_in(&["clean", "--package", crates::name(row.kind, with)]).output()?;
    let start = Instant::now();
    let output = cargo_in(&[row.command]).output()?;
    let took = start.elapsed();
    for output in [cleaned, output] {
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(io::Error::other(format!("cargo said: {said}")));
        }
    }
    Ok(took.as_secs_f64())
}

fn print_table(rows: &[Row]) {
    let mut table = Table::new([
        "row",
        "without, s",
        "with, s",
        "with to without",
        "ms an item",
    ]);
    for row in rows {
        let (without, with) = (median(row.without.clone()), median(row.with.clone()));
        table.push([
            row.name(),
            figure(without),
            figure(with),
            times(with / without),
            figure(row.an_item(without, with)),
        ]);
    }
    table.print("Compile time of a crate alone, without and with the macros");
    println!(
        "\nA set has 4 fields; every 4th timed function is bound to a set. {SETS} sets, {FUNCTIONS} functions."
    );
}

fn print_csv(rows: &[Row]) {
    println!("row,library,idiom,mark,measure,value");
    for row in rows {
        let (without, with) = (median(row.without.clone()), median(row.with.clone()));
        let named = [
            ("s_without", without),
            ("s_with", with),
            ("ms_an_item", row.an_item(without, with)),
        ];
        for (measure, value) in named {
            let names = [&*row.name(), library::OURS, "", ""].map(quoted);
            println!("{},{measure},{value:.3}", names.join(","));
        }
    }
}
