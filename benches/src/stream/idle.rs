//! Row `stream idle`: a server without a client, before there was one and after the last has left, beside a web server that
//! has no metrics at all: the threads of actix-web look at the clock without end.

use std::thread;
use std::time::{Duration, Instant};

use super::clients::Clients;
use super::name;
use super::server::Server;
use super::state::State;
use crate::figures::Figures;

const SERIES: usize = 500;

const WATCH: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(5);
/// Threads for what may block end when they had nothing to do for ten seconds.
const CALM_WITHIN: Duration = Duration::from_secs(20);

pub(super) fn measure() -> Result<Figures, String> {
    let mut bare = Server::start_bare()?;
    let mut server = Server::start(SERIES, 0)?;
    let [of_bare, before] = watch([&mut bare, &mut server])?;

    let mut clients = Clients::of(server.address())?;
    clients.join(1, PATIENCE)?;
    clients.listen(Duration::from_secs(1), PATIENCE)?;
    drop(clients);
    let left = Instant::now();
    while server.state()?.threads > before.threads && left.elapsed() < CALM_WITHIN {
        thread::sleep(Duration::from_millis(200));
    }
    let calm = left.elapsed();

    let [of_bare_again, after] = watch([&mut bare, &mut server])?;
    let of_bare = of_bare.wakeups + of_bare_again.wakeups;
    let ours = before.wakeups + after.wakeups;
    Ok(vec![
        (name::WALKS, before.walks + after.walks),
        (name::THREADS, after.threads - before.threads),
        (name::WAKEUPS, ours / of_bare),
        ("wakeups in 5 s before the first client", before.wakeups),
        ("wakeups in 5 s after the last", after.wakeups),
        (
            "from the last client until its threads had ended, s",
            calm.as_secs_f64(),
        ),
    ])
}

/// What a process did while nobody listened.
struct Idle {
    threads: f64,
    walks: f64,
    wakeups: f64,
}

impl Idle {
    fn between(begin: &State, end: &State) -> Self {
        Self {
            threads: end.threads,
            walks: end.walks - begin.walks,
            wakeups: end.wakeups - begin.wakeups,
        }
    }
}

/// Watches both for the same time.
fn watch([one, other]: [&mut Server; 2]) -> Result<[Idle; 2], String> {
    let begin = [one.state()?, other.state()?];
    thread::sleep(WATCH);
    let end = [one.state()?, other.state()?];
    Ok([0, 1].map(|place| Idle::between(&begin[place], &end[place])))
}
