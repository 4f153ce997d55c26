//! The scrape rows: every library and size in a process of its own, so that the memory it has is its own.

mod child;
mod fastmetrics;
mod filled;
mod foundations;
mod limit;
mod measured;
mod memory;
mod metered;
mod metrics;
mod opentelemetry;
mod ours;
mod prometheus;
mod prometheus_client;
mod scraped;
pub(crate) mod series;
mod vise;

use std::process::{Command, Stdio};

use filled::Exposer;
use series::Kind;

pub(crate) use ours::STREAMED;
pub(crate) use scraped::{ScrapeCase, Scraped};

/// The hidden argument with which the program runs one case in a process of its own.
pub(crate) const CHILD: &str = "--scrape-case";

/// The rows' names.
pub(crate) mod row {
    pub(crate) const COUNTERS_1K: &str = "scrape, 1k counters";
    pub(crate) const COUNTERS_100K: &str = "scrape, 100k counters";
    pub(crate) const COUNTERS_1M: &str = "scrape, 1M counters";
    pub(crate) const HISTOGRAMS_10K: &str = "scrape, 10k histograms";
}

const ROWS: [(&str, Kind, usize); 4] = [
    (row::COUNTERS_1K, Kind::Counters, 1_000),
    (row::COUNTERS_100K, Kind::Counters, 100_000),
    (row::COUNTERS_1M, Kind::Counters, 1_000_000),
    (row::HISTOGRAMS_10K, Kind::Histograms, 10_000),
];

/// The limit, ours, then the peers. `metriken` and `autometrics` have no text format of their own.
fn exposers() -> Vec<Exposer> {
    let [streamed, into_one] = ours::exposers();
    vec![
        limit::exposer(),
        streamed,
        into_one,
        prometheus::exposer(),
        prometheus_client::exposer(),
        metrics::exposer(),
        vise::exposer(),
        measured::exposer(),
        fastmetrics::exposer(),
        foundations::exposer(),
        metered::exposer(),
        opentelemetry::exposer(),
    ]
}

/// Runs the cases of the rows that are `wanted`, each in a process of its own.
pub(crate) fn measure(wanted: impl Fn(&str) -> bool) -> Vec<ScrapeCase> {
    let mut cases = Vec::new();
    for (place, (row, _, _)) in ROWS.iter().enumerate() {
        if !wanted(row) {
            continue;
        }
        for (index, exposer) in exposers().iter().enumerate() {
            eprintln!("{row}: {}, {}", exposer.library, exposer.idiom);
            match run_child(place, index) {
                Ok(scraped) => cases.push(ScrapeCase {
                    row,
                    library: exposer.library,
                    idiom: exposer.idiom,
                    scraped,
                }),
                Err(reason) => eprintln!("  left out: {reason}"),
            }
        }
    }
    cases
}

fn run_child(row: usize, exposer: usize) -> Result<Scraped, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program)
        .args([CHILD, &row.to_string(), &exposer.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    Scraped::parse(&said).ok_or_else(|| format!("{}: {said}", output.status))
}

/// What the process of one case does: its arguments are the places of the row and of the library.
pub(crate) fn run(arguments: &[String]) {
    let mut places = arguments
        .iter()
        .filter_map(|text| text.parse::<usize>().ok());
    let row = places.next().and_then(|place| ROWS.get(place));
    let exposers = exposers();
    let exposer = places.next().and_then(|place| exposers.get(place));
    if let (Some((_, kind, n)), Some(exposer)) = (row, exposer) {
        println!("{}", child::measure(exposer, *kind, *n).line());
    }
}
