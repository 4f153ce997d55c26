//! Prints what the runs measured, and what they differ by.
//! Whether that keeps the promise is for the reader to see: on a busy machine a median is not exact either.

use std::io::{self, Write};
use std::time::Duration;

use super::rounds::{ROUNDS, Rounds, Runs};
use super::traffic::{THREADS, UPDATES};

const MIB: f64 = 1024.0 * 1024.0;

/// Medians of the runs of a kind.
struct Medians {
    cpu_percent: f64,
    memory_mib: f64,
}

pub(super) fn print(rounds: &Rounds, length: Duration) -> io::Result<()> {
    let out = &mut io::stdout().lock();
    if cfg!(debug_assertions) {
        writeln!(out, "a debug build, which nobody ships: add `--release`")?;
    }
    writeln!(
        out,
        "{THREADS} threads make {UPDATES} updates a second; {ROUNDS} runs of each kind in turns, {} s each; \
         medians (least to most)\n",
        length.as_secs_f64()
    )?;
    writeln!(
        out,
        "{:24}{:>11}{:>29}{:>15}",
        "", "updates/s", "CPU of one core", "peak memory"
    )?;
    let without = row(out, "without metrics", &rounds.without)?;
    let with = row(out, "with metrics", &rounds.with)?;
    let scraped = row(out, "with metrics, scraped", &rounds.scraped)?;
    writeln!(
        out,
        "\n{:24}{:>20}{:>20}{:>15}",
        "overhead", "points of one core", "ratio", "peak memory"
    )?;
    difference(out, "metrics", &without, &with)?;
    difference(out, "metrics, scraped", &without, &scraped)?;
    writeln!(
        out,
        "{:24}{:>20}{:>35}",
        "promised: under", "1.00", "10.00 MiB"
    )
}

fn row(out: &mut impl Write, name: &str, runs: &Runs) -> io::Result<Medians> {
    let cpu = runs.figure(|run| run.cpu * 100.0);
    let medians = Medians {
        cpu_percent: cpu.median,
        memory_mib: runs.figure(|run| run.peak_memory as f64 / MIB).median,
    };
    writeln!(
        out,
        "{name:24}{:>11.0}{:>29}{:>15}",
        runs.figure(|run| run.updates_per_second).median,
        format!("{:.2} % ({:.2} to {:.2})", cpu.median, cpu.least, cpu.most),
        format!("{:.2} MiB", medians.memory_mib),
    )?;
    Ok(medians)
}

fn difference(
    out: &mut impl Write,
    name: &str,
    without: &Medians,
    with: &Medians,
) -> io::Result<()> {
    writeln!(
        out,
        "{name:24}{:>+20.2}{:>20.3}{:>15}",
        with.cpu_percent - without.cpu_percent,
        with.cpu_percent / without.cpu_percent,
        format!("{:+.2} MiB", with.memory_mib - without.memory_mib),
    )
}
