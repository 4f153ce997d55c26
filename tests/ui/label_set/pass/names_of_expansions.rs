//! Types and modules that are called as parts of the expansions might be.

#![deny(warnings)]

use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, Registry, timed};

#[derive(Clone, Copy, Label)]
enum Builder {
    Mason,
}

#[derive(Clone, Copy, Label)]
enum S0 {
    Zero,
}

#[derive(Clone, Copy, Label)]
enum Labels {
    One,
}

#[allow(non_camel_case_types)]
type builder = Builder;

mod label {
    #[derive(Clone, Copy, metrics_core::Label)]
    pub enum T {
        Two,
    }
}

#[derive(LabelSet)]
struct ByAll {
    builder: builder,
    s0: S0,
    labels: Labels,
    label: label::T,
    finish: bool,
    default: bool,
    outcome: Outcome,
    self_: bool,
}

/// A set.
#[derive(MetricSet)]
#[metrics(prefix = "names")]
struct Set {
    /// Time.
    #[metric(unit = "seconds", buckets = SET)]
    time: Histogram<ByAll>,
    /// A gauge with a name that the macro uses too.
    #[metric(allow(kind_in_name))]
    gauge: Gauge,
    /// And another.
    set: Counter,
}

const SET: &[f64] = &[1.0];
static FUNCTION: u32 = 7;

#[timed(
    Set::time,
    labels(
        builder = Builder::Mason,
        s0 = S0::Zero,
        labels,
        label = label::T::Two,
        finish = true,
        default = histogram,
        self_ = FUNCTION == 7,
    ),
    in_flight = Set::gauge
)]
fn all(labels: Labels, histogram: bool) -> u32 {
    FUNCTION
}

#[timed]
fn plain() -> u32 {
    FUNCTION
}

fn main() {
    Set::global().set.inc();
    assert_eq!(all(Labels::One, false) + plain(), 14);
    let text = Registry::global().encode_text();
    let line = "names_time_seconds_count{builder=\"mason\",s0=\"zero\",labels=\"one\",label=\"two\",finish=\"true\",default=\"false\",outcome=\"ok\",self_=\"true\"} 1";
    assert!(text.contains(line), "{text}");
}
