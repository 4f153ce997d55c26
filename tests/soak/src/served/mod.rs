//! The process that serves: families of every kind, threads that update them, and code of a user's that hangs and panics
//! when it is told to. It is asked over its standard input, and ends with that, so that it never outlives who started it.

mod ledger;
mod metrics;
mod updates;

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use std::{panic, thread};

use metrics_core::Registry;
use metrics_server::{Exporter, Server};

use ledger::Ledger;
use metrics::{Bulk, ByText, ByVersion, ON_PURPOSE, Soak};
use updates::Updates;

/// The hidden argument with which the program serves; the seed follows.
pub(crate) const CHILD: &str = "--serve";

/// Lets the collector hang once, for [`HANG`].
pub(crate) const HANG_NEXT: &str = "hang";
/// Lets the collector panic once.
pub(crate) const PANIC_NEXT: &str = "panic";
/// Ends all updates, and asks for the ledger: every sample that must be exposed, as a JSON object.
pub(crate) const TALLY: &str = "tally";

/// What the collector is called where it is told of.
pub(crate) const COLLECTOR: &str = "moody";

/// How long it hangs.
pub(crate) const HANG: Duration = Duration::from_secs(3);

/// The texts of the large family, of a kilobyte each.
const TEXTS: usize = 1_500;

/// More than the clients of the soak.
const MAX_STREAM_CLIENTS: usize = 1_200;

/// How often the collector is still to do so.
static HANGS: AtomicU64 = AtomicU64::new(0);
static PANICS: AtomicU64 = AtomicU64::new(0);

/// Serves until its input ends.
pub(crate) fn run(seed: u64) -> Result<(), String> {
    keep_quiet_of_what_is_meant();
    let soak = Soak::global();
    soak.build.set(ByVersion { version: "1" });
    for number in 0..TEXTS {
        let text = format!("{number} {}", "x".repeat(1_000));
        Bulk::global().texts.with(ByText { text: &text }).inc();
    }
    drop(Registry::global().add_collector(COLLECTOR, collect));
    let exporter = Exporter::builder()
        .max_stream_clients(MAX_STREAM_CLIENTS)
        .build();
    let server = exporter.and_then(|exporter| {
        Server::bind("127.0.0.1:0").and_then(|server| server.exporter(exporter).spawn())
    });
    let server = server.map_err(|error| error.to_string())?;
    println!("{}", server.address());
    answer(Updates::start(seed));
    server.stop().map_err(|error| error.to_string())
}

/// Answers what the process is asked.
fn answer(updates: Updates) {
    let mut updates = Some(updates);
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        match line.as_str() {
            HANG_NEXT => {
                HANGS.fetch_add(1, Relaxed);
                println!("{line}");
            }
            PANIC_NEXT => {
                PANICS.fetch_add(1, Relaxed);
                println!("{line}");
            }
            TALLY => {
                let ledger = updates.take().and_then(Updates::stop);
                println!("{}", as_json(&ledger.unwrap_or_default()));
            }
            _ => println!("there are `{HANG_NEXT}`, `{PANIC_NEXT}` and `{TALLY}`"),
        }
    }
}

fn as_json(ledger: &Ledger) -> serde_json::Value {
    let samples: BTreeMap<String, f64> = ledger.samples();
    serde_json::json!(samples)
}

/// The collector: it hangs or panics when it is its turn.
fn collect() {
    let takes_one = |left: &AtomicU64| {
        let one_less = |left: u64| left.checked_sub(1);
        left.fetch_update(Relaxed, Relaxed, one_less).is_ok()
    };
    if takes_one(&HANGS) {
        thread::sleep(HANG);
    }
    assert!(!takes_one(&PANICS), "{ON_PURPOSE}");
    Soak::global().collected.inc();
}

fn keep_quiet_of_what_is_meant() {
    let told = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if info.payload_as_str() != Some(ON_PURPOSE) {
            told(info);
        }
    }));
}
