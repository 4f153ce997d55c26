//! How a process that serves stands, as Linux and the server's own metrics tell it: what it has used until now, and what
//! it holds.

use metrics_core::{Number, Registry, Snapshot, ValueSnapshot};
use metrics_load::process::Process;


/// The threads on which the stream walks and encodes, and runs code of the user's meanwhile.
const SAMPLER: &str = "metrics-sampler";
const COLLECTOR: &str = "metrics-collect";

/// The server's own families that tell of the stream.
const WALKS: &str = "metrics_stream_sample_duration_seconds";
const ENCODINGS: &str = "metrics_stream_encodings_total";

/// A process at one moment. What is used is counted from the start of the process.
#[derive(Clone, Copy)]
pub(super) struct State {
    /// Bytes of memory.
    pub(super) resident: f64,
    /// Seconds of a processor, by all threads.
    pub(super) cpu: f64,
    /// Seconds of a processor, by the sampler; it starts anew with the thread, and is NaN without.
    pub(super) sampler_cpu: f64,
    /// How many threads there are.
    pub(super) threads: f64,
    /// How many times a thread that lives, other than the main one, has waited for something.
    pub(super) wakeups: f64,
    /// Walks for the stream.
    pub(super) walks: f64,
    /// Deltas and frames of performance that were encoded.
    pub(super) encodings: f64,
}

impl State {
    /// Of this process.
    pub(super) fn now() -> Self {
        let own = Registry::global().snapshot();
        let process = Process::own();
        let sampler = process.thread_cpu(SAMPLER);
        let sampler =
            sampler.map(|sampler| sampler + process.thread_cpu(COLLECTOR).unwrap_or(0.0));
        Self {
            resident: process.resident(),
            cpu: process.cpu(),
            sampler_cpu: sampler.unwrap_or(f64::NAN),
            threads: process.threads() as f64,
            wakeups: process.wakeups_of_others(),
            walks: number(&own, WALKS),
            encodings: number(&own, ENCODINGS),
        }
    }

    /// One line of text.
    pub(super) fn line(&self) -> String {
        let values = [
            self.resident,
            self.cpu,
            self.sampler_cpu,
            self.threads,
            self.wakeups,
            self.walks,
            self.encodings,
        ];
        values.map(|value| value.to_string()).join(" ")
    }

    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut values = line.split_whitespace().map_while(|text| text.parse().ok());
        Some(Self {
            resident: values.next()?,
            cpu: values.next()?,
            sampler_cpu: values.next()?,
            threads: values.next()?,
            wakeups: values.next()?,
            walks: values.next()?,
            encodings: values.next()?,
        })
    }
}

/// The sum of a family's counters, or how much its histograms hold; NaN if there is no such family.
fn number(snapshot: &Snapshot, name: &str) -> f64 {
    let mut families = snapshot.families.iter();
    let Some(family) = families.find(|family| family.name == name) else {
        return f64::NAN;
    };
    let values = family.series.iter().map(|series| match &series.value {
        ValueSnapshot::Number(Number::Unsigned(value)) => *value as f64,
        ValueSnapshot::Histogram { count, .. } => *count as f64,
        _ => f64::NAN,
    });
    values.sum()
}
