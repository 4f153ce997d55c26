//! Mixed load and faults on a metrics server for a minute or for half an hour, and at the end every update is there, in
//! every format, and nothing is held that was not held before.
//!
//! `metrics-soak [SECONDS] [--seed N] [--out FOLDER]`. The server is a process of its own, of this program.

mod drive;
mod exposed;
mod figures;
mod gone;
mod known;
mod plan;
mod run;
mod second;
mod served;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use lexopt::{Arg, Parser, ValueExt};

use plan::Plan;

/// What is asked for.
enum Wanted {
    Serve { seed: u64 },
    Drive { plan: Plan, out: PathBuf },
}

fn main() -> ExitCode {
    let done = match wanted() {
        Ok(Wanted::Serve { seed }) => served::run(seed).map(|()| true),
        Ok(Wanted::Drive { plan, out }) => drive(&plan, &out),
        Err(error) => Err(format!(
            "{error}; there are SECONDS, --seed N and --out FOLDER"
        )),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// `false` if something was not as it must be.
fn drive(plan: &Plan, out: &std::path::Path) -> Result<bool, String> {
    eprintln!("seed {}", plan.seed);
    let figures = run::run(plan)?;
    figures.print(plan);
    figures.write(out)?;
    Ok(figures.failures.is_empty())
}

fn wanted() -> Result<Wanted, lexopt::Error> {
    let mut parser = Parser::from_env();
    let (mut seconds, mut seed, mut out) = (60, None, PathBuf::from("target/soak"));
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("serve") => {
                let seed = parser.value()?.parse()?;
                return Ok(Wanted::Serve { seed });
            }
            Arg::Long("seed") => seed = Some(parser.value()?.parse()?),
            Arg::Long("out") => out = parser.value()?.into(),
            Arg::Value(value) => seconds = value.parse()?,
            _ => return Err(argument.unexpected()),
        }
    }
    let seed = seed.unwrap_or_else(of_the_clock);
    let plan = Plan::of(seconds, seed);
    Ok(Wanted::Drive { plan, out })
}

/// A seed that is another in each run.
fn of_the_clock() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
