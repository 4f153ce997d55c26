//! What the person on call reads of a budget that is used up: templates of Prometheus.

use std::time::Duration;

use crate::artifacts::length::for_people;

/// What was promised, with the share of calls in percent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Promise {
    Success(f64),
    Latency(f64, Duration),
}

impl Promise {
    pub(super) fn is_of_time(self) -> bool {
        matches!(self, Self::Latency(..))
    }

    pub(super) fn summary(self) -> String {
        let what = match self {
            Self::Success(_) => "fails too often",
            Self::Latency(..) => "is too slow",
        };
        format!("{{{{ $labels.function }}}} of {{{{ $labels.job }}}} {what}.")
    }

    /// With the window in words, and how long the budget of 30 days lasts at this pace.
    pub(super) fn description(self, last: &str, lasts: &str) -> String {
        let (did, are_to, such) = match self {
            Self::Success(percent) => (
                "failed".to_owned(),
                format!("{percent}% are to succeed"),
                "failures",
            ),
            Self::Latency(percent, threshold) => {
                let threshold = for_people(threshold);
                (
                    format!("took longer than {threshold}"),
                    format!("{percent}% are to take less"),
                    "slow calls",
                )
            }
        };
        format!(
            "In {last}, {{{{ $value | humanizePercentage }}}} of the calls of {{{{ $labels.function }}}} in {{{{ $labels.module }}}} {did}; {are_to}. At this pace the {such} that 30 days may have are used up within {lasts}."
        )
    }
}
