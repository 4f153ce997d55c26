//! Values computed of other fields: in a crate without a prelude, from a `macro_rules`, of raw identifiers, with sets inside,
//! and in a generic set.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings)]

use ::core::assert_eq;
use ::core::option::Option::Some;
use ::metrics_core::{Counter, Derived, Gauge, Histogram, MetricField, MetricSet, Registry};

macro_rules! share {
    ($set:ident, $part:ident, $whole:expr) => {
        /// A share.
        #[derive(MetricSet)]
        #[metrics(register = false)]
        pub struct $set {
            /// A part.
            pub $part: Counter,
            /// The rest.
            pub rest: Counter,
            /// A share of the whole.
            #[metric(ratio = $part / $whole, unit = "ratio")]
            pub share: Gauge<(), f64>,
        }
    };
}
share!(Share, part, (part + rest));

/// What a proxy pool says of itself, under the names of its dashboards.
#[derive(MetricSet)]
#[metrics(prefix = "eroshit")]
pub struct Eroshit {
    /// Hits in the latest minute.
    #[metric(rate_of = hits, per = "minute", window = "60s")]
    pub hit_rate_per_minute: Gauge<(), f64>,
    /// Hits.
    pub hits: Counter,
    /// What is a keyword.
    pub r#type: Counter,
    /// Share of hits of that type.
    #[metric(ratio = (r#type) / ((hits + 0) - -0.0), window = "1.5m")]
    pub success_rate: Gauge<(), f64>,
    /// Time to answer.
    #[metric(unit = "seconds", native, buckets = [0.1, 1.0])]
    pub response: Histogram,
    /// Time to almost every answer.
    #[metric(name = "eroshit_response_p99_seconds", unit = "seconds", quantile_of = response, q = 0.99)]
    pub response_p99: Gauge<(), f64>,
    #[metric(flatten, prefix = "part")]
    pub part: Share,
}

/// Of any counter.
#[derive(MetricSet)]
pub struct Of<T: MetricField, const N: usize> {
    /// Events.
    pub events: T,
    /// Events in an hour.
    #[metric(rate_of = events, per = "hour", window = "24h")]
    pub events_per_hour: Gauge<(), f64>,
}

fn main() {
    let eroshit = Eroshit::global();
    eroshit.hits.inc_by(4);
    eroshit.r#type.inc();
    eroshit.part.part.inc();
    assert_eq!(eroshit.success_rate.get(), 0.25);
    assert_eq!(eroshit.part.share.get(), 1.0);
    let text = Registry::global().encode_text();
    for line in [
        "eroshit_success_rate 0.25",
        "eroshit_response_p99_seconds 0",
        "eroshit_part_share_ratio 1",
    ] {
        ::core::assert!(text.contains(&::std::format!("\n{line}\n")), "{}", text);
    }
    assert_eq!(Eroshit::SET.families[0].name(), "eroshit_hit_rate_per_minute");
    assert_eq!(Eroshit::SET.families[0].derived(), Some(Derived::Rate));
    let _of = <Of<Counter, 3> as MetricSet>::detached();
}
