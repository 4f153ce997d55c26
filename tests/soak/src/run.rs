//! A run from its start to its figures: a server, load and faults, and then what was counted beside what is exposed.

use std::collections::BTreeMap;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use metrics_load::child::Served;
use metrics_load::process::{Process, allow_files};

use crate::drive::{Drive, Fault, Seen};
use crate::exposed::{Format, Samples};
use crate::figures::{self, Figures, Held, Latency, Memory};
use crate::gone::ENDING;
use crate::plan::Plan;
use crate::{second, served};

/// Files that neither side has for a client: those of floods and faults.
const OTHER_FILES: usize = 1_500;

const JOIN_WITHIN: Duration = Duration::from_secs(120);
/// Longer than the longest interval of a client by far.
const CONVERGE_WITHIN: Duration = Duration::from_secs(60);
/// A peer that takes nothing is given up after 30 seconds, and threads that have nothing to do end after 10.
const CALM_WITHIN: Duration = Duration::from_secs(90);
/// A scrape of everything is asked for until it has all that has ended.
const SHOW_WITHIN: Duration = Duration::from_secs(30);

/// How often memory is looked at, which takes the server's time as well.
const LOOK: u64 = 2;
/// How often a second server is killed.
const KILL: u64 = 300;

/// What memory may grow by after the warm-up, in percent. A heap takes minutes until it has its size, so that a short run
/// sees gross leaks only.
const GROWTH_PERCENT: f64 = 5.0;
const SHORT_GROWTH_PERCENT: f64 = 20.0;
const SHORT: Duration = Duration::from_secs(600);

const MIB: f64 = 1024.0 * 1024.0;

/// Runs the plan.
pub(crate) fn run(plan: &Plan) -> Result<Figures, String> {
    let needed = (plan.clients + OTHER_FILES) as u64;
    let files = allow_files()?;
    if files < needed {
        return Err(format!(
            "{needed} open files are needed, and {files} allowed"
        ));
    }
    let mut server = Served::start(&[served::CHILD, &plan.seed.to_string()])?;
    let process = Process::of(server.id());
    let mut drive = Drive::of(server.address())?;
    let before = at_rest(&mut drive, &process)?;
    let before_clients = process.resident();

    eprintln!("{} stream clients join", plan.clients);
    drive.join(plan.clients, &mut plan.rng(3), JOIN_WITHIN)?;
    let with_clients = process.resident();

    drive.heat()?;

    eprintln!("load of {} s begins", plan.load.as_secs());
    let mut resident = Vec::new();
    let mut kills = Vec::new();
    let (began, own) = (Instant::now(), Process::own());
    let (server_cpu, driver_cpu) = (process.cpu(), own.cpu());
    drive.load(
        plan,
        |second, seen| {
            if second % LOOK == 0 {
                resident.push((Duration::from_secs(second), process.resident()));
            }
            if second % KILL == 0 {
                seen.begins(Fault::KilledServer);
                let seed = plan.seed;
                kills.push(thread::spawn(move || second::kill_and_restart(seed)));
            }
        },
        |line| server.ask(line).map(drop),
    )?;
    let cores = |begin: f64, end: f64| (end - begin) / began.elapsed().as_secs_f64();
    let server_cores = cores(server_cpu, process.cpu());
    let driver_cores = cores(driver_cpu, own.cpu());

    eprintln!("updates end");
    let ledger = tally(&mut server)?;
    drive.finish()?;
    for kill in kills {
        judge(kill, drive.seen());
    }
    let lost = compare(&mut drive, &ledger)?;
    drive.leave();
    let after = calm(&process, before);
    let memory = memory(plan, before_clients, with_clients, &resident);
    judge_all(plan, drive.seen(), &memory, &lost, [before, after]);
    let seen = drive.seen();
    Ok(Figures {
        seed: plan.seed,
        seconds: plan.load.as_secs(),
        cores: thread::available_parallelism().map_or(0, usize::from),
        clients: plan.clients,
        quiet: Latency::of(&mut seen.quiet),
        faulty: Latency::of(&mut seen.faulty),
        statuses: seen.statuses.clone(),
        late_sends: seen.late_sends,
        frames: seen.frames,
        events: seen.events,
        updates_lost: lost,
        series_compared: ledger.len(),
        memory,
        resident: resident
            .iter()
            .map(|(at, bytes)| (at.as_secs(), bytes / MIB))
            .collect(),
        server_cores,
        driver_cores,
        before,
        after,
        faults: figures::faults(seen),
        failures: seen.told.clone(),
    })
}

/// What the server holds when each format was asked for once and nobody is connected.
fn at_rest(drive: &mut Drive, process: &Process) -> Result<Held, String> {
    for format in Format::ALL {
        drive.samples(format, false)?;
    }
    drive.samples(Format::Text, true)?;
    drive.leave();
    let start = Instant::now();
    let mut last = (held(process), Instant::now());
    // until nothing changes for longer than an idle thread stays; but for the short ones, which come and go
    while last.1.elapsed() < Duration::from_secs(3) && start.elapsed() < CALM_WITHIN {
        thread::sleep(Duration::from_millis(100));
        let now = held(process);
        if now.descriptors != last.0.descriptors || now.threads > last.0.threads {
            last = (now, Instant::now());
        }
    }
    Ok(last.0)
}

fn held(process: &Process) -> Held {
    Held {
        descriptors: process.descriptors(),
        threads: process.threads(),
    }
}

/// Ends all updates; what must be exposed.
fn tally(server: &mut Served) -> Result<Samples, String> {
    let line = server.ask(served::TALLY)?;
    let ledger: Samples = serde_json::from_str(&line).map_err(|error| error.to_string())?;
    if ledger.is_empty() {
        return Err("a thread that updates has panicked".to_owned());
    }
    Ok(ledger)
}

fn judge(kill: JoinHandle<Result<(), String>>, seen: &mut Seen) {
    let killed = kill.join();
    if let Err(why) = killed.unwrap_or_else(|_| Err("a panic of the driver".to_owned())) {
        seen.fail(why);
    }
}

/// Holds what is exposed, in every way, to the ledger; what each has lost.
fn compare(drive: &mut Drive, ledger: &Samples) -> Result<BTreeMap<String, f64>, String> {
    let mut lost = BTreeMap::new();
    let mut stays = ledger.clone();
    stays.retain(|name, _| !ENDING.contains(&name.as_str()));
    for format in Format::ALL {
        let samples = drive.samples(format, false)?;
        let differences = differences(&stays, &samples);
        lost.insert(
            format!("{format:?}"),
            differences
                .iter()
                .fold(0.0, |lost, (_, by)| lost + by.abs()),
        );
        for (name, by) in differences.iter().take(5) {
            drive
                .seen()
                .fail(format!("{format:?}: {name} has lost {by}"));
        }
    }
    drive.converge(&stays, CONVERGE_WITHIN)?;
    let start = Instant::now();
    let of_ended = |drive: &mut Drive| {
        let sums = drive.seen().gone.sums();
        let of = |name| ledger.get(name).unwrap_or(&0.0) - sums.get(name).unwrap_or(&0.0);
        ENDING.map(|name| (name, of(name)))
    };
    loop {
        drive.samples(Format::Text, true)?;
        let ended = of_ended(drive);
        if ended.iter().all(|(_, lost)| *lost == 0.0) || start.elapsed() > SHOW_WITHIN {
            for (name, by) in ended {
                lost.insert(name.to_owned(), by.abs());
                if by != 0.0 {
                    drive
                        .seen()
                        .fail(format!("series that have ended: {name} has lost {by}"));
                }
            }
            return Ok(lost);
        }
    }
}

fn differences(ledger: &Samples, exposed: &Samples) -> Vec<(String, f64)> {
    let exposed = |name: &String| exposed.get(name).copied().unwrap_or_default();
    let differences = ledger
        .iter()
        .map(|(name, due)| (name.clone(), due - exposed(name)));
    differences.filter(|(_, by)| *by != 0.0).collect()
}

/// What the server holds when its clients have left, at the latest after some time.
fn calm(process: &Process, before: Held) -> Held {
    let start = Instant::now();
    loop {
        let now = held(process);
        let is_calm = now.descriptors <= before.descriptors && now.threads <= before.threads;
        if is_calm || start.elapsed() > CALM_WITHIN {
            return now;
        }
        thread::sleep(Duration::from_millis(200));
    }
}

fn memory(plan: &Plan, before: f64, with: f64, resident: &[(Duration, f64)]) -> Memory {
    let window = (plan.load / 6).min(Duration::from_secs(120));
    let of = |from: Duration| {
        let values = resident
            .iter()
            .filter(|(at, _)| (from..from + window).contains(at));
        median(values.map(|(_, bytes)| *bytes).collect())
    };
    let begin = of(plan.warm_up);
    let end = of(plan.load.saturating_sub(window));
    Memory {
        before_clients: before / MIB,
        with_clients: with / MIB,
        after_warm_up: begin / MIB,
        at_the_end: end / MIB,
        growth_percent: (end / begin - 1.0) * 100.0,
        slope: slope(resident.iter().filter(|(at, _)| *at >= plan.warm_up)) / MIB,
        client_kib: (with - before) / plan.clients as f64 / 1024.0,
    }
}

/// Bytes an hour.
fn slope<'r>(resident: impl Iterator<Item = &'r (Duration, f64)> + Clone) -> f64 {
    let mut slopes = Vec::new();
    let mut rest = resident;
    while let Some((at, bytes)) = rest.next() {
        let later = rest.clone();
        slopes
            .extend(later.map(|(end, more)| (more - bytes) / (*end - *at).as_secs_f64() * 3600.0));
    }
    median(slopes)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What is wrong with the figures.
fn judge_all(
    plan: &Plan,
    seen: &mut Seen,
    memory: &Memory,
    lost: &BTreeMap<String, f64>,
    [before, after]: [Held; 2],
) {
    let allowed = if plan.load < SHORT {
        SHORT_GROWTH_PERCENT
    } else {
        GROWTH_PERCENT
    };
    let by = memory.growth_percent;
    if by > allowed {
        seen.fail(format!("memory has grown by {by:.1} % after the warm-up"));
    }
    if after.descriptors > before.descriptors || after.threads > before.threads {
        seen.fail(format!(
            "what is held has grown from {before:?} to {after:?}"
        ));
    }
    for (by, lost) in lost.iter().filter(|(_, lost)| **lost != 0.0) {
        seen.fail(format!("{by} has lost {lost}"));
    }
    let refused = seen.statuses.get(&503).copied().unwrap_or_default();
    let served = seen.statuses.get(&200).copied().unwrap_or_default();
    // those beside floods and a collector that hangs
    if refused * 4 > served {
        seen.fail(format!(
            "{refused} scrapes were refused, and {served} served"
        ));
    }
    if seen.events == 0 || seen.frames == 0 {
        seen.fail("nothing was streamed".to_owned());
    }
}
