//! The unlabelled metric types of the `prometheus` crate as fields of a set, so that existing code moves
//! over field by field; and how a message of that crate reads as values of ours.

use std::ops::ControlFlow;
use std::sync::Arc;

use prometheus::core::Metric as _;
use prometheus::proto;

use super::field::{Metric, MetricField};
use super::labels::Labels;
use super::number::Number;
use super::{Buckets, Point, Quantiles, Value};
use crate::declare::{Descriptor, Kind, LabelDescriptor};

/// Calls `visit` with the value of a message whose family is of `kind`.
pub(crate) fn with_proto_value<R>(
    kind: Kind,
    metric: &proto::Metric,
    visit: impl FnOnce(Value<'_>) -> R,
) -> R {
    let number = |n| Value::Number(Number::Float(n));
    match kind {
        Kind::Counter => visit(number(metric.get_counter().value())),
        // the messages have neither infos nor state sets
        Kind::Gauge | Kind::Info | Kind::StateSet => visit(number(metric.get_gauge().value())),
        Kind::Histogram => {
            let histogram = metric.get_histogram();
            // some collectors send `+Inf` as a bucket; here it is the count
            let buckets = || {
                histogram
                    .get_bucket()
                    .iter()
                    .filter(|b| b.upper_bound().is_finite())
            };
            let bounds: Vec<f64> = buckets().map(proto::Bucket::upper_bound).collect();
            let cumulative: Vec<u64> = buckets().map(proto::Bucket::cumulative_count).collect();
            visit(Value::Histogram(Buckets::new(
                &bounds,
                &cumulative,
                histogram.get_sample_count(),
                histogram.get_sample_sum(),
            )))
        }
        Kind::Summary => {
            let summary = metric.get_summary();
            let pairs = summary
                .get_quantile()
                .iter()
                .map(|q| (q.quantile(), q.value()));
            visit(Value::Summary(Quantiles {
                quantiles: &pairs.collect::<Vec<_>>(),
                count: summary.sample_count(),
                sum: summary.sample_sum(),
            }))
        }
    }
}

/// With the `protobuf` feature of that crate, which any package of a program may turn on, a counter or gauge
/// message has the method `value`; without it, `get_value`. An inherent method goes before one of a trait,
/// so each of these two bodies reaches the one that exists.
#[allow(dead_code, reason = "which of the two is called hangs on that feature")]
trait WithoutProtobuf {
    fn value(&self) -> f64;
}

#[allow(dead_code, reason = "which of the two is called hangs on that feature")]
trait WithProtobuf {
    fn get_value(&self) -> f64;
}

macro_rules! value_either_way {
    ($($ty:ty),*) => {$(
        impl WithoutProtobuf for $ty {
            fn value(&self) -> f64 {
                self.get_value()
            }
        }

        impl WithProtobuf for $ty {
            fn get_value(&self) -> f64 {
                self.value()
            }
        }
    )*};
}
value_either_way!(proto::Counter, proto::Gauge);

macro_rules! field {
    ($($ty:ty: $kind:ident, |$descriptor:ident| $make:expr;)*) => {$(
        impl Metric for $ty {
            fn read(
                &self,
                visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>,
            ) -> ControlFlow<()> {
                with_proto_value(Kind::$kind, &self.metric(), |value| {
                    visit(&Point::new(Labels::NONE, value))
                })
            }

            fn runs_user_code(&self) -> bool {
                false
            }
        }

        impl MetricField for $ty {
            const KIND: Kind = Kind::$kind;
            const LABELS: &'static [LabelDescriptor] = &[];

            fn new($descriptor: &'static Descriptor) -> Self {
                // the constructor refuses bad names, an empty help and unsorted bounds: the derive and
                // `Descriptor::new` have refused them already, while compiling
                $make.expect("a checked descriptor")
            }

            fn handle(&self) -> Arc<dyn Metric> {
                Arc::new(self.clone())
            }
        }
    )*};
}

field! {
    prometheus::Counter: Counter, |d| Self::new(d.name(), d.help());
    prometheus::IntCounter: Counter, |d| Self::new(d.name(), d.help());
    prometheus::Gauge: Gauge, |d| Self::new(d.name(), d.help());
    prometheus::IntGauge: Gauge, |d| Self::new(d.name(), d.help());
    prometheus::Histogram: Histogram, |d| {
        let opts = prometheus::HistogramOpts::new(d.name(), d.help());
        Self::with_opts(opts.buckets(d.bounds().to_vec()))
    };
}
