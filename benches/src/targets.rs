//! What this project has set itself, and whether it is met. A target that is not met is printed, and no error.

use crate::case::library::*;
use crate::figures::Figured;
use crate::hot::Hot;
use crate::measure::Figures;
use crate::report::first;
use crate::rows::row as hot_row;
use crate::scrape::{STREAMED, ScrapeCase, row as scrape_row};
use crate::stream::{name, row as stream_row};
use crate::table::{figure, times};

pub(crate) struct Target {
    pub(crate) text: String,
    pub(crate) measured: String,
    met: bool,
}

impl Target {
    pub(crate) fn verdict(&self) -> &'static str {
        if self.met { "met" } else { "not met" }
    }
}

/// All targets of which the rows were measured.
pub(crate) fn targets(hot: &Hot, scrapes: &[ScrapeCase], figured: &[Figured]) -> Vec<Target> {
    let mut targets = Targets { all: Vec::new() };
    targets.counters(hot);
    targets.histograms(hot);
    targets.timed(hot);
    targets.events(hot);
    targets.scrapes(scrapes);
    targets.streams(figured);
    targets.all
}

struct Targets {
    all: Vec<Target>,
}

impl Targets {
    fn counters(&mut self, hot: &Hot) {
        let row = hot_row::COUNTER;
        let to_limit = hot.ours(row).zip(hot.limit(row));
        let to_limit = to_limit.map(|(ours, limit)| ours.one / limit.one);
        let text = format!("{row}: at most 2.5 × a plain add");
        self.at_most(text, 2.5, to_limit, times);
        self.ahead_of_all(hot, row, "every peer that needs no flush");
        self.flat(hot, row);

        let row = hot_row::ENUM_LABELS;
        self.ahead(hot, row, FOUNDATIONS, 1.0);
        self.ahead(hot, row, MEASURED, 10.0);
        self.ahead(hot, row, PROMETHEUS, 30.0);

        let row = hot_row::STRING_LABELS;
        self.ahead(hot, row, FASTMETRICS, 1.0);
        self.ahead_of_all(hot, row, "every peer, all of which hash");
    }

    fn histograms(&mut self, hot: &Hot) {
        let row = hot_row::HISTOGRAM;
        let ours = hot.ours(row).map(|ours| ours.one);
        self.at_most(format!("{row}: at most 3.5 ns"), 3.5, ours, figure);
        self.ahead(hot, row, PROMETHEUS, 6.0);
        self.flat(hot, row);
    }

    fn timed(&mut self, hot: &Hot) {
        let row = hot_row::TIMED;
        let above = hot.ours(row).zip(hot.limit(row));
        let above = above.map(|(ours, limit)| ours.one - limit.one);
        let text = format!("{row}: at most 8 ns above two reads of the faster clock");
        self.at_most(text, 8.0, above, figure);
        self.ahead(hot, row, PROMETHEUS, 2.5);
        self.ahead(hot, row, AUTOMETRICS, 5.0);
    }

    fn events(&mut self, hot: &Hot) {
        let row = hot_row::EVENT;
        let above = hot.ours(row).zip(hot.limit(row));
        let above = above.map(|(ours, limit)| ours.one - limit.one);
        let text = format!("{row}: at most 2 ns above a load and a branch");
        self.at_most(text, 2.0, above, figure);
    }

    fn scrapes(&mut self, scrapes: &[ScrapeCase]) {
        let row = scrape_row::COUNTERS_1M;
        self.faster_scrape(scrapes, row, MEASURED, 5.0);
        self.faster_scrape(scrapes, row, PROMETHEUS, 100.0);
        let ours = first(scrapes, row, OURS).map(|case| case.scraped);
        let text = format!("{row}: at most 16 MiB above the registry ({STREAMED})");
        self.at_most(text, 16.0, ours.map(|ours| ours.peak_mib), figure);
        let text = format!("{row}: at most 220 bytes a series");
        let bytes = ours.map(|ours| ours.bytes_a_series);
        self.at_most(text, 220.0, bytes, figure);
        self.faster_scrape(scrapes, scrape_row::HISTOGRAMS_10K, FASTMETRICS, 5.0);
    }

    fn streams(&mut self, figured: &[Figured]) {
        for (row, name, bound) in [
            (stream_row::CLIENTS, name::ENCODINGS, 1.0),
            (stream_row::CLIENTS, name::MEMORY, 40.0),
            (stream_row::CLIENTS, name::P99, 250.0),
            (stream_row::CLIENTS, name::MISSED, 0.0),
            (stream_row::SAMPLER, name::SAMPLER, 5.0),
            // beside what is the same in every delta, as many bytes for each change
            (stream_row::SAMPLER, name::GROWTH, 1.25),
            (stream_row::IDLE, name::WALKS, 0.0),
            (stream_row::IDLE, name::THREADS, 0.0),
            // but for what two runs of the same differ by
            (stream_row::IDLE, name::WAKEUPS, 1.25),
        ] {
            let measured = figured.iter().find(|figured| figured.row == row);
            let measured = measured.and_then(|figured| figured.figure(name));
            self.at_most(
                format!("{row}: {name}, at most {bound}"),
                bound,
                measured,
                figure,
            );
        }
    }

    fn at_most(
        &mut self,
        text: String,
        bound: f64,
        measured: Option<f64>,
        show: fn(f64) -> String,
    ) {
        let measured = measured.map(|measured| (show(measured), measured <= bound));
        self.push(text, measured);
    }

    /// A peer takes at least so many times as long as ours, on one thread.
    fn ahead(&mut self, hot: &Hot, row: &str, peer: &str, factor: f64) {
        let ratio = hot.peer(row, peer).zip(hot.ours(row));
        let ratio = ratio.map(|(peer, ours)| peer.one / ours.one);
        self.at_least(row, peer, factor, ratio);
    }

    fn faster_scrape(&mut self, scrapes: &[ScrapeCase], row: &str, peer: &str, factor: f64) {
        let ratio = first(scrapes, row, peer).zip(first(scrapes, row, OURS));
        let ratio = ratio.map(|(peer, ours)| peer.scraped.milliseconds / ours.scraped.milliseconds);
        self.at_least(row, peer, factor, ratio);
    }

    fn at_least(&mut self, row: &str, peer: &str, factor: f64, ratio: Option<f64>) {
        let text = if factor > 1.0 {
            format!("{row}: at least {factor} × as fast as {peer}")
        } else {
            format!("{row}: ahead of {peer}")
        };
        let met = |ratio| {
            if factor > 1.0 {
                ratio >= factor
            } else {
                ratio > 1.0
            }
        };
        self.push(text, ratio.map(|ratio| (times(ratio), met(ratio))));
    }

    fn ahead_of_all(&mut self, hot: &Hot, row: &str, whom: &str) {
        let best = hot.best_peer(row, |figures| figures.one).zip(hot.ours(row));
        let measured = best.map(|((peer, theirs), ours)| {
            let ratio = theirs.one / ours.one;
            (format!("{}, {}", times(ratio), peer.library), ratio > 1.0)
        });
        self.push(format!("{row}: ahead of {whom}"), measured);
    }

    /// Two threads as fast as one, but for what two runs of the same differ by.
    fn flat(&mut self, hot: &Hot, row: &str) {
        const NOISE: f64 = 1.1;
        let measured = hot.ours(row).map(|Figures { one, two }| {
            let ratio = two / one;
            (times(ratio), ratio <= NOISE)
        });
        self.push(
            format!("{row}: two threads no slower than one (to {NOISE} ×)"),
            measured,
        );
    }

    /// Nothing is said of a row that was not measured.
    fn push(&mut self, text: String, measured: Option<(String, bool)>) {
        if let Some((measured, met)) = measured {
            self.all.push(Target {
                text,
                measured,
                met,
            });
        }
    }
}
