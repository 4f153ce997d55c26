//! Row `stream sampler`: a hundred thousand series of which few change, and what that costs the thread that walks.

use std::time::Duration;

use super::clients::{Clients, Heard};
use super::name;
use super::server::Server;
use crate::figures::Figures;
use crate::measure::median;

const CLIENTS: usize = 3;
const SERIES: usize = 100_000;
const MANY: usize = 1_000;
const FEW: usize = 100;

const PATIENCE: Duration = Duration::from_secs(10);
/// For the share of a core, which is told to a thousandth of a second.
const LISTEN: Duration = Duration::from_secs(20);
/// For the size of deltas alone.
const GLANCE: Duration = Duration::from_secs(3);

pub(super) fn measure() -> Result<Figures, String> {
    let mut server = Server::start(SERIES, MANY)?;
    let mut clients = Clients::of(server.address())?;
    clients.join(CLIENTS, PATIENCE)?;
    clients.listen(Duration::from_secs(1), PATIENCE)?;

    let begin = server.state()?;
    clients.forget();
    clients.listen(LISTEN, PATIENCE)?;
    let end = server.state()?;
    let walks = end.walks - begin.walks;
    let many = delta_bytes(clients.heard());

    server.change(FEW)?;
    // until nothing of before is left in a delta
    clients.listen(GLANCE, PATIENCE)?;
    clients.forget();
    clients.listen(GLANCE, PATIENCE)?;
    let few = delta_bytes(clients.heard());

    let a_walk = |seconds: f64| seconds * 1e3 / walks;
    let sampler = a_walk(end.sampler_cpu - begin.sampler_cpu);
    Ok(vec![
        // a walk a second
        (name::SAMPLER, sampler / 1e3 * 100.0),
        ("the sampler a tick, ms", sampler),
        ("server's processor a tick, ms", a_walk(end.cpu - begin.cpu)),
        ("delta of 1,000 changes, bytes", many),
        ("delta of 100 changes, bytes", few),
        (name::GROWTH, (few / FEW as f64) / (many / MANY as f64)),
        ("ticks", walks),
    ])
}

fn delta_bytes(heard: &Heard) -> f64 {
    median(
        heard
            .deltas
            .iter()
            .map(|delta| delta.bytes as f64)
            .collect(),
    )
}
