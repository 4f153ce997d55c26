//! PromQL of panels: every selector asks for the chosen jobs and instances, and every rate is over what Grafana takes for
//! the shown range.

use metrics_core::Kind;

use super::subject::Subject;

/// The series of this name, with more matchers if there are any.
pub(super) fn selector(name: &str, matchers: &[String]) -> String {
    let more: String = matchers.iter().map(|one| format!(", {one}")).collect();
    format!("{name}{{job=~\"$job\", instance=~\"$instance\"{more}}}")
}

/// The growth in a second of the series of this name.
pub(super) fn rate(name: &str, matchers: &[String]) -> String {
    format!("rate({}[$__rate_interval])", selector(name, matchers))
}

pub(super) fn sum(by: &[&str], of: &str) -> String {
    if by.is_empty() {
        format!("sum({of})")
    } else {
        format!("sum by ({}) ({of})", by.join(", "))
    }
}

/// The share of one in the other. It is 0 where there is nothing, and not a number that is none.
pub(super) fn share(part: &str, all: &str) -> String {
    format!("{part} / clamp_min({all}, 1e-9)")
}

/// A legend that tells series apart by these labels.
pub(super) fn legend(labels: &[&str]) -> String {
    let labels: Vec<_> = labels.iter().map(|l| format!("{{{{{l}}}}}")).collect();
    labels.join(" ")
}

/// A histogram or counter as a source of queries: with classic buckets, with native ones, or with both, of which Prometheus
/// has what it was told to scrape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    name: &'a str,
    kind: Stored,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stored {
    Counter,
    Classic,
    Native,
    Either,
}

impl<'a> Source<'a> {
    pub(super) fn of(subject: &Subject<'a>) -> Self {
        let descriptor = subject.family.descriptor();
        let kind = match (descriptor.kind(), descriptor.native()) {
            (Kind::Histogram, None) => Stored::Classic,
            (Kind::Histogram, Some(_)) if descriptor.bounds().is_empty() => Stored::Native,
            (Kind::Histogram, Some(_)) => Stored::Either,
            _ => Stored::Counter,
        };
        Self {
            name: subject.name(),
            kind,
        }
    }

    /// How many there were in a second, by these labels; in parentheses where it is not a single term.
    pub(super) fn events(self, by: &[&str], matchers: &[String]) -> String {
        let classic = || sum(by, &rate(&format!("{}_count", self.name), matchers));
        let native = || format!("histogram_count({})", sum(by, &rate(self.name, matchers)));
        match self.kind {
            Stored::Counter => sum(by, &rate(self.name, matchers)),
            Stored::Classic => classic(),
            Stored::Native => native(),
            Stored::Either => format!("({} or {})", native(), classic()),
        }
    }

    /// The value that this share of all does not pass, by these labels.
    pub(super) fn quantile(self, q: f64, by: &[&str], matchers: &[String]) -> String {
        let buckets = rate(&format!("{}_bucket", self.name), matchers);
        let by_bound: Vec<_> = by.iter().copied().chain(["le"]).collect();
        let classic = || format!("histogram_quantile({q}, {})", sum(&by_bound, &buckets));
        let native = || {
            let all = sum(by, &rate(self.name, matchers));
            format!("histogram_quantile({q}, {all})")
        };
        match self.kind {
            Stored::Counter | Stored::Classic => classic(),
            Stored::Native => native(),
            Stored::Either => format!("{} or {}", native(), classic()),
        }
    }

    /// What a heat map is made of: its buckets, each way in which they may be stored, the native ones first, because
    /// Grafana draws the first that it finds.
    pub(super) fn cells(self) -> Vec<(String, &'static str)> {
        let classic = || {
            let buckets = rate(&format!("{}_bucket", self.name), &[]);
            (sum(&["le"], &buckets), "{{le}}")
        };
        let native = || (sum(&[], &rate(self.name, &[])), "native");
        match self.kind {
            Stored::Counter | Stored::Classic => vec![classic()],
            Stored::Native => vec![native()],
            Stored::Either => vec![native(), classic()],
        }
    }
}
