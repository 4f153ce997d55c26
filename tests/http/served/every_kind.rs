//! A program to be scraped: a family of every kind, and in them what it is told to put there, one JSON object a line. The
//! app that serves them is one of a user's, with the metrics of its requests, so that all our own families are there too.
//! It prints its address, answers each line `read` when all before it is in, and ends when its input does. See
//! `tests/e2e/every_kind.py`.

use std::io;
use std::num::{ParseFloatError, ParseIntError};

use actix_web::{App, HttpServer, rt, web};
use metrics_core::{
    Counter, CounterChild, Gauge, Histogram, HistogramChild, Info, Label, LabelSet, MetricSet,
    StateSet,
};
use metrics_server::HttpMetrics;
use serde::Deserialize;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone, Copy, Debug, LabelSet)]
struct ByText<'a> {
    #[label(open, max = 10_000)]
    text: &'a str,
}

/// The phases of the moon, or of some of it.
#[derive(Clone, Copy, Debug, Deserialize, Label)]
#[serde(rename_all = "snake_case")]
enum Phase {
    New,
    Waxing,
    Full,
    Waning,
}

/// What is known to whoever put it in.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "known")]
struct Known {
    /// Hits by text, "quoted" and with a \ in its help.
    hits: Counter<ByText<'static>>,
    /// Energy spent.
    #[metric(unit = "joules")]
    energy: Counter<(), f64>,
    /// Things that wait.
    depth: Gauge,
    /// A number that is read when it is asked for.
    #[metric(read = seven)]
    answer: Gauge,
    /// Levels by text.
    level: Gauge<ByText<'static>, f64>,
    /// What was built.
    build: Info<ByText<'static>>,
    /// The phase of the moon.
    moon: StateSet<Phase>,
    /// Times in classic buckets.
    #[metric(unit = "seconds", buckets = [0.1, 1.0, 10.0])]
    classic: Histogram<ByText<'static>>,
    /// Times in native buckets.
    #[metric(unit = "seconds", native)]
    native: Histogram<ByText<'static>>,
    /// Sizes in few native buckets.
    #[metric(unit = "bytes", native(factor = 1.1, max_buckets = 20))]
    coarse: Histogram<ByText<'static>>,
    /// Times in both kinds of buckets.
    #[metric(unit = "seconds", native, buckets = [0.1, 1.0, 10.0])]
    both: Histogram<ByText<'static>>,
}

fn seven() -> u64 {
    7
}

/// A line of the input: what happens to which family.
#[derive(Deserialize)]
struct Put {
    family: String,
    /// The label value, for families that have one.
    #[serde(default)]
    text: String,
    /// A number as text, which may be `inf` or `NaN`; or a phase.
    #[serde(default)]
    value: String,
    /// For counters and histograms: the trace that the update is an exemplar of.
    trace: Option<String>,
    /// For levels: whether the series goes.
    #[serde(default)]
    gone: bool,
}

impl Put {
    fn happen(&self, known: &Known) -> Result<(), Failure> {
        let labels = ByText { text: &self.text };
        match self.family.as_str() {
            "hits" => self.count(&known.hits.with(labels))?,
            "energy" => known.energy.inc_by(self.value.parse()?),
            "depth" => known.depth.set(self.value.parse()?),
            "level" if self.gone => drop(known.level.remove(labels)),
            "level" => known.level.with(labels).set(self.value.parse()?),
            "build" => known.build.set(labels),
            "moon" => known
                .moon
                .set(serde_json::from_value(self.value.as_str().into())?),
            "classic" => self.observe(&known.classic.with(labels))?,
            "native" => self.observe(&known.native.with(labels))?,
            "coarse" => self.observe(&known.coarse.with(labels))?,
            "both" => self.observe(&known.both.with(labels))?,
            other => return Err(format!("there is no family {other}").into()),
        }
        Ok(())
    }

    fn count(&self, counter: &CounterChild<'_, u64>) -> Result<(), ParseIntError> {
        let value = self.value.parse()?;
        match &self.trace {
            Some(trace) => counter.inc_by_with_exemplar(value, &[("trace_id", trace)]),
            None => counter.inc_by(value),
        }
        Ok(())
    }

    fn observe(&self, histogram: &HistogramChild<'_, f64>) -> Result<(), ParseFloatError> {
        let value = self.value.parse()?;
        match &self.trace {
            Some(trace) => histogram.observe_with_exemplar(value, &[("trace_id", trace)]),
            None => histogram.observe(value),
        }
        Ok(())
    }
}

/// Lets every line happen; returns when there are no more.
fn read(input: io::Stdin) -> Result<(), Failure> {
    for (number, line) in (1..).zip(input.lines()) {
        let put: Put = serde_json::from_str(&line?)?;
        put.happen(Known::global())?;
        println!("read {number}");
    }
    Ok(())
}

#[actix_web::main]
async fn main() -> Result<(), Failure> {
    let app = || {
        App::new()
            .wrap(HttpMetrics::new())
            .configure(metrics_server::routes())
    };
    let server = HttpServer::new(app)
        .workers(2)
        .disable_signals()
        .shutdown_timeout(1)
        .bind("127.0.0.1:0")?;
    println!("http://{}/metrics", server.addrs()[0]);
    let server = server.run();
    let handle = server.handle();
    let serving = rt::spawn(server);
    let result = web::block(|| read(io::stdin())).await?;
    handle.stop(true).await;
    serving.await??;
    result
}
