//! A case: one library in one idiom, in one row of a table, and whether its figure is like for like.

/// The libraries' names in the tables.
pub(crate) mod library {
    /// What the machine can do at best.
    pub(crate) const LIMIT: &str = "(limit)";
    /// This project.
    pub(crate) const OURS: &str = "metrics-core";
    pub(crate) const AUTOMETRICS: &str = "autometrics";
    pub(crate) const FASTMETRICS: &str = "fastmetrics";
    pub(crate) const FOUNDATIONS: &str = "foundations-metrics";
    pub(crate) const MEASURED: &str = "measured";
    pub(crate) const METERED: &str = "metered 0.10";
    pub(crate) const METERED_09: &str = "metered 0.9";
    pub(crate) const METRICS: &str = "metrics";
    pub(crate) const METRIKEN: &str = "metriken";
    pub(crate) const OPENTELEMETRY: &str = "opentelemetry";
    pub(crate) const PROMETHEUS: &str = "prometheus";
    pub(crate) const PROMETHEUS_CLIENT: &str = "prometheus-client";
    pub(crate) const STATIC_METRIC: &str = "prometheus-static-metric";
    pub(crate) const TRACING: &str = "tracing";
    pub(crate) const VISE: &str = "vise";
}

/// Why a figure is no rival of ours: it is printed, with the mark, and never is the best peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Values are invisible until the program flushes them.
    Flush,
    /// The children are looked up before, so choosing labels at run time is left out.
    Held,
    /// The buckets are not the ones that were asked for.
    Buckets,
}

impl Mark {
    pub(crate) const ALL: [Self; 3] = [Self::Flush, Self::Held, Self::Buckets];

    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Flush => "†",
            Self::Held => "‡",
            Self::Buckets => "§",
        }
    }

    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Flush => "invisible to a scrape until the program flushes it",
            Self::Held => "children held, so no label set is looked up",
            Self::Buckets => {
                "buckets of its own (by powers of two, or in milliseconds), not the 11"
            }
        }
    }
}

/// One thing to time.
pub(crate) struct Case {
    pub(crate) row: &'static str,
    pub(crate) library: &'static str,
    pub(crate) idiom: &'static str,
    pub(crate) mark: Option<Mark>,
    /// Does the operation so many times.
    pub(crate) run: fn(u64),
}

impl Case {
    pub(crate) fn new(
        row: &'static str,
        library: &'static str,
        idiom: &'static str,
        run: fn(u64),
    ) -> Self {
        Self {
            row,
            library,
            idiom,
            mark: None,
            run,
        }
    }

    pub(crate) fn marked(self, mark: Mark) -> Self {
        Self {
            mark: Some(mark),
            ..self
        }
    }

    /// Whether this is a peer whose figure may be held against ours.
    pub(crate) fn is_rival(&self) -> bool {
        self.mark.is_none() && ![library::OURS, library::LIMIT].contains(&self.library)
    }

    /// The idiom with its mark.
    pub(crate) fn marked_idiom(&self) -> String {
        let sign = self.mark.map_or("", Mark::sign);
        format!("{} {sign}", self.idiom).trim_end().to_owned()
    }
}
