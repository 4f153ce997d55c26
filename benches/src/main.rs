//! This project beside its peers and beside what the machine can do, each in its own best idiom, in one run.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml` prints Markdown tables; after `--` it takes
//! - a text: only the rows whose name contains it (`--row` may stand before it);
//! - `--csv`: the same figures as CSV;
//! - `--instructions`: instead of times, instructions an operation, counted by callgrind;
//! - `--compile`: instead, what the compiler takes for 500 sets and 2,000 timed functions, and without the macros.
//!
//! A figure of a hot row is the median of 11 rounds, in nanoseconds an operation, and the rounds of all cases take
//! turns. Two threads update the same metric. A scrape row runs in a process of its own for each library. A stream row
//! (`-- stream`) has the server in a process of its own and its clients in this one, over loopback.

mod case;
mod compile;
mod derived;
mod figures;
mod hot;
mod instructions;
mod measure;
mod report;
mod rows;
mod scrape;
mod stream;
mod table;
mod targets;

use std::process::ExitCode;

use hot::Hot;

/// What a user asks for.
#[derive(Default)]
struct Options {
    /// A text that a row's name must contain.
    row: String,
    csv: bool,
    instructions: bool,
    compile: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, rest)) if first == scrape::CHILD => scrape::run(rest),
        Some((first, rest)) if first == stream::CHILD => stream::run(rest),
        Some((first, rest)) if first == instructions::CHILD => instructions::run(rest),
        _ => match options(arguments) {
            Ok(options) => return measure_and_print(&options),
            Err(unknown) => {
                eprintln!(
                    "no such option: {unknown}; there are --row NAME, --csv, --instructions, --compile"
                );
                return ExitCode::FAILURE;
            }
        },
    }
    ExitCode::SUCCESS
}

fn options(arguments: Vec<String>) -> Result<Options, String> {
    let mut options = Options::default();
    for argument in arguments {
        match &*argument {
            "--csv" => options.csv = true,
            "--instructions" => options.instructions = true,
            "--compile" => options.compile = true,
            "--row" => {}
            name if !name.starts_with('-') => options.row = argument,
            _ => return Err(argument),
        }
    }
    Ok(options)
}

fn measure_and_print(options: &Options) -> ExitCode {
    let wanted = |row: &str| row.contains(&options.row);
    if options.instructions {
        return instructions::print(wanted, options.csv);
    }
    if options.compile {
        return compile::print(wanted, options.csv);
    }
    let hot = Hot::measure(wanted);
    let scrapes = scrape::measure(wanted);
    let mut figured = stream::measure(wanted);
    figured.extend(derived::measure(wanted));
    let targets = targets::targets(&hot, &scrapes, &figured);
    if options.csv {
        report::print_csv(&hot, &scrapes, &figured, &targets);
    } else {
        report::print_tables(&hot, &scrapes, &figured, &targets);
    }
    ExitCode::SUCCESS
}
