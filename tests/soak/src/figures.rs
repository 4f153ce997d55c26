//! What a run has measured: as a table, and as `target/soak/figures.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::drive::Seen;
use crate::plan::Plan;

/// A share of slow answers, in milliseconds.
#[derive(Debug, Serialize)]
pub(crate) struct Latency {
    pub(crate) scrapes: usize,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
    pub(crate) max: f64,
}

impl Latency {
    pub(crate) fn of(micros: &mut [u32]) -> Self {
        micros.sort_unstable();
        let at = |q: f64| {
            let place = (micros.len() as f64 * q) as usize;
            let micros = micros.get(place.min(micros.len().saturating_sub(1)));
            micros.map_or(f64::NAN, |micros| f64::from(*micros) / 1e3)
        };
        Self {
            scrapes: micros.len(),
            p50: at(0.5),
            p99: at(0.99),
            p999: at(0.999),
            max: at(1.0),
        }
    }
}

/// Memory of the server, in MiB.
#[derive(Debug, Serialize)]
pub(crate) struct Memory {
    pub(crate) before_clients: f64,
    pub(crate) with_clients: f64,
    pub(crate) after_warm_up: f64,
    pub(crate) at_the_end: f64,
    pub(crate) growth_percent: f64,
    /// MiB an hour after the warm-up: the median of the slopes between any two moments (Theil–Sen).
    pub(crate) slope: f64,
    pub(crate) client_kib: f64,
}

/// Before the first client, and after the last.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Held {
    pub(crate) descriptors: usize,
    pub(crate) threads: usize,
}

/// Everything.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    pub(crate) seed: u64,
    pub(crate) seconds: u64,
    pub(crate) cores: usize,
    pub(crate) clients: usize,
    pub(crate) quiet: Latency,
    pub(crate) faulty: Latency,
    pub(crate) statuses: BTreeMap<u16, u64>,
    pub(crate) late_sends: u64,
    pub(crate) frames: u64,
    pub(crate) events: u64,
    pub(crate) updates_lost: BTreeMap<String, f64>,
    pub(crate) series_compared: usize,
    pub(crate) memory: Memory,
    /// MiB by second.
    pub(crate) resident: Vec<(u64, f64)>,
    pub(crate) server_cores: f64,
    pub(crate) driver_cores: f64,
    pub(crate) before: Held,
    pub(crate) after: Held,
    pub(crate) faults: BTreeMap<String, u64>,
    pub(crate) failures: Vec<String>,
}

impl Figures {
    pub(crate) fn print(&self, plan: &Plan) {
        let row = |name: &str, value: String| println!("| {name} | {value} |");
        println!("\n| {} s, seed {} | |\n|---|---|", self.seconds, self.seed);
        let statuses: Vec<String> = self
            .statuses
            .iter()
            .map(|(s, n)| format!("{n} × {s}"))
            .collect();
        row(
            &format!("scrapes, {} a second", plan.scrapes),
            statuses.join(", "),
        );
        for (name, latency) in [("quiet", &self.quiet), ("with faults", &self.faulty)] {
            let Latency {
                scrapes,
                p50,
                p99,
                p999,
                max,
            } = latency;
            let times = format!("{p50:.1}, {p99:.1}, {p999:.1}, {max:.1} ({scrapes} scrapes)");
            row(&format!("p50, p99, p999, max of seconds {name}, ms"), times);
        }
        row(
            "sent late by the driver, and not measured",
            self.late_sends.to_string(),
        );
        row(
            "stream clients, frames, events",
            format!("{}, {}, {}", self.clients, self.frames, self.events),
        );
        let lost: Vec<String> = self
            .updates_lost
            .iter()
            .map(|(by, lost)| format!("{by} {lost}"))
            .collect();
        row(
            "updates lost",
            format!("{} (of {} series)", lost.join(", "), self.series_compared),
        );
        let Memory {
            before_clients,
            with_clients,
            after_warm_up,
            at_the_end,
            growth_percent,
            slope,
            client_kib,
        } = &self.memory;
        row(
            "memory: without clients, with, after the warm-up, at the end, MiB",
            format!("{before_clients:.1}, {with_clients:.1}, {after_warm_up:.1}, {at_the_end:.1}"),
        );
        row(
            "memory growth after the warm-up",
            format!("{growth_percent:.1} %, {slope:.1} MiB an hour"),
        );
        row("memory a stream client", format!("{client_kib:.1} KiB"));
        row(
            "cores: server, driver",
            format!("{:.2}, {:.2}", self.server_cores, self.driver_cores),
        );
        for (name, before, after) in [
            (
                "descriptors",
                self.before.descriptors,
                self.after.descriptors,
            ),
            ("threads", self.before.threads, self.after.threads),
        ] {
            row(
                &format!("{name} before the first client, after the last"),
                format!("{before}, {after}"),
            );
        }
        let faults: Vec<String> = self
            .faults
            .iter()
            .map(|(fault, n)| format!("{fault} {n}"))
            .collect();
        row("faults", faults.join(", "));
        row("failures", self.failures.len().to_string());
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(folder.join("figures.json"), text + "\n"))
            .map_err(|error| format!("{}: {error}", folder.display()))
    }
}

/// What the clients counted of faults, by name.
pub(crate) fn faults(seen: &Seen) -> BTreeMap<String, u64> {
    let faults = seen.faults.iter();
    faults
        .map(|(fault, number)| (format!("{fault:?}"), *number))
        .collect()
}
