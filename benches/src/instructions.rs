//! Counts instructions an operation with callgrind: unlike times, they are the same on a busy machine.

use std::io;
use std::process::{Command, ExitCode};

use crate::case::{Case, library};
use crate::report::quoted;
use crate::rows;
use crate::table::{Table, figure, times};

/// The hidden argument with which the program runs one case so many times.
pub(crate) const CHILD: &str = "--hot-case";

/// What is done once for all operations is in both lengths, and falls out of their difference.
const SHORT: u64 = 5_000;
const LONG: u64 = 55_000;

/// What the process of one case does: its arguments are the case's place and the number of operations.
pub(crate) fn run(arguments: &[String]) {
    let mut numbers = arguments.iter().filter_map(|text| text.parse::<u64>().ok());
    let cases = rows::all();
    let case = numbers.next().and_then(|place| cases.get(place as usize));
    if let (Some(case), Some(operations)) = (case, numbers.next()) {
        // some libraries first calibrate a clock, in as many instructions as fit into a time
        (case.run)(100);
        counted_operations(case.run, operations);
    }
}

/// Callgrind counts in here only; it knows the function by its name.
#[inline(never)]
fn counted_operations(run: fn(u64), operations: u64) {
    run(operations);
    // no tail call, which would leave this function
    std::hint::black_box(());
}

/// Counts the rows that are wanted, and prints them.
pub(crate) fn print(wanted: impl Fn(&str) -> bool, csv: bool) -> ExitCode {
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!("valgrind is missing: apt-get install valgrind");
        return ExitCode::FAILURE;
    }
    let mut counted = Vec::new();
    for (place, case) in rows::all().into_iter().enumerate() {
        if !wanted(case.row) {
            continue;
        }
        eprintln!("{}: {}, {}", case.row, case.library, case.idiom);
        match count(place, LONG).and_then(|long| Ok(long - count(place, SHORT)?)) {
            Ok(more) => counted.push((case, more / (LONG - SHORT) as f64)),
            Err(error) => eprintln!("  left out: {error}"),
        }
    }
    if csv {
        print_csv(&counted);
    } else {
        print_table(&counted);
    }
    ExitCode::SUCCESS
}

/// The instructions of so many operations.
fn count(place: usize, operations: u64) -> io::Result<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*counted_operations*")
        .arg(std::env::current_exe()?)
        .args([CHILD, &place.to_string(), &operations.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    let instructions = collected.and_then(|(_, count)| count.trim().parse().ok());
    instructions.ok_or_else(|| io::Error::other(format!("callgrind said: {said}")))
}

fn print_table(counted: &[(Case, f64)]) {
    let mut table = Table::new(["row", "library", "idiom", "instructions", "to ours"]);
    for (case, instructions) in counted {
        let mut ours = counted.iter();
        let ours = ours.find(|(other, _)| other.row == case.row && other.library == library::OURS);
        table.push([
            case.row.to_owned(),
            case.library.to_owned(),
            case.marked_idiom(),
            figure(*instructions),
            times(ours.map_or(f64::NAN, |(_, ours)| instructions / ours)),
        ]);
    }
    table.print("Instructions an operation, one thread");
}

fn print_csv(counted: &[(Case, f64)]) {
    println!("row,library,idiom,mark,measure,value");
    for (case, instructions) in counted {
        let mark = case.mark.map_or(String::new(), |mark| format!("{mark:?}"));
        let names = [case.row, case.library, case.idiom, &mark].map(quoted);
        println!("{},instructions,{instructions:.1}", names.join(","));
    }
}
