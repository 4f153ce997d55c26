//! Row `stream clients`: ten thousand clients that ask for the same.

use std::time::Duration;

use metrics_load::process::{Process, allow_files};

use super::clients::{Clients, Heard};
use super::name;
use super::server::Server;
use crate::figures::Figures;
use crate::measure::median;

const CLIENTS: usize = 10_000;
const SERIES: usize = 500;
/// With the time of the walk, 50 that change.
const CHANGING: usize = 49;

/// Files of a process that are none of its clients.
const OTHER_FILES: u64 = 100;

const JOIN_WITHIN: Duration = Duration::from_secs(40);
const LISTEN: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn measure() -> Result<Figures, String> {
    let files = allow_files()?;
    let needed = CLIENTS as u64 + OTHER_FILES;
    if files < needed {
        return Err(format!(
            "{needed} open files are needed, and {files} allowed"
        ));
    }
    let mut server = Server::start(SERIES, CHANGING)?;
    let before = server.state()?;
    let mut clients = Clients::of(server.address())?;
    let joined = clients.join(CLIENTS, JOIN_WITHIN)?;
    // what the last to join has changed is no measure
    clients.listen(Duration::from_secs(1), PATIENCE)?;

    let begin = server.state()?;
    let own_begin = Process::own().cpu();
    clients.forget();
    clients.listen(LISTEN, PATIENCE)?;
    let own = Process::own().cpu() - own_begin;
    let end = server.state()?;
    drop(server);

    let heard = clients.heard();
    let walks = heard.walks();
    let a_walk = |seconds: f64| seconds * 1e3 / walks as f64;
    let missed = (walks * CLIENTS).saturating_sub(heard.deltas.len()) + heard.gaps + heard.resyncs;
    let late = sorted_milliseconds(heard);
    let quantile = |q: f64| late.get((late.len() as f64 * q) as usize).copied();
    Ok(vec![
        (
            name::ENCODINGS,
            (end.encodings - begin.encodings) / (end.walks - begin.walks),
        ),
        (
            name::MEMORY,
            (end.resident - before.resident) / CLIENTS as f64 / 1e3,
        ),
        ("delivery p50, ms", quantile(0.5).unwrap_or(f64::NAN)),
        (name::P99, quantile(0.99).unwrap_or(f64::NAN)),
        (
            "delivery at most, ms",
            late.last().copied().unwrap_or(f64::NAN),
        ),
        (name::MISSED, missed as f64),
        ("ticks", walks as f64),
        (
            "a delta, bytes",
            median(heard.deltas.iter().map(|d| d.bytes as f64).collect()),
        ),
        ("server's processor a tick, ms", a_walk(end.cpu - begin.cpu)),
        ("clients' processor a tick, ms", a_walk(own)),
        ("until all had joined, s", joined.as_secs_f64()),
    ])
}

/// From the walk until a client had read of it, for every client and walk.
fn sorted_milliseconds(heard: &Heard) -> Vec<f64> {
    let mut late: Vec<f64> = heard.deltas.iter().map(|delta| delta.late * 1e3).collect();
    late.sort_by(f64::total_cmp);
    late
}
