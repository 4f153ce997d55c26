//! What a registry exposes as a list of samples, each a name, labels and a number.
//! Read from the text format, so that it is what a scrape would see, whatever kinds of families there are.

use crate::declare::{is_label_name, is_metric_name};
use crate::register::Registry;
use crate::update::{LabelText, Labels};

use super::amount::Amount;

/// A name and its labels, in whatever order they were written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Series {
    pub(super) name: String,
    /// Sorted.
    labels: Vec<(String, String)>,
}

impl Series {
    pub(super) fn new(name: &str, labels: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self::sorted(name, labels.iter().map(owned).collect())
    }

    fn sorted(name: &str, mut labels: Vec<(String, String)>) -> Self {
        labels.sort();
        Self {
            name: name.to_owned(),
            labels,
        }
    }

    /// Reads `name{label="value"}`; `None` if it is not written so.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (name, labels) = match text.split_once('{') {
            Some((name, rest)) => (name, rest.strip_suffix('}')?),
            None => (text, ""),
        };
        let mut read = LabelText::default();
        let mut pairs = Vec::new();
        for (name, value) in Labels::rendered(labels).pairs() {
            read.push(name, &value);
            // a blank after the comma is as good as none
            pairs.push((name.trim().to_owned(), value.into_owned()));
        }
        // what could not be read is not in `read`
        let is_whole = read.labels().as_str() == labels;
        let are_names = pairs.iter().all(|(name, _)| is_label_name(name));
        (is_whole && are_names && is_metric_name(name)).then(|| Self::sorted(name, pairs))
    }
}

/// One line of the exposition.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) series: Series,
    /// The series as it is exposed.
    pub(super) text: String,
    pub(super) value: Amount,
    /// Whether it is a bucket of a histogram.
    pub(super) is_bucket: bool,
}

/// Every sample that `registry` exposes now, in that order.
pub(super) fn samples(registry: &Registry) -> Vec<Sample> {
    // what has been removed is gone: a test waits for no scrape
    registry.delivered(registry.mark());
    let exposed = registry.encode_text();
    let mut bucket = None;
    let mut samples = Vec::new();
    for line in exposed.lines() {
        if let Some(family) = line.strip_prefix("# TYPE ") {
            let histogram = family.strip_suffix(" histogram");
            bucket = histogram.map(|name| format!("{name}_bucket"));
        }
        let sample = line
            .rsplit_once(' ')
            .filter(|_| !line.starts_with('#'))
            .and_then(|(text, value)| Some((text, Series::parse(text)?, Amount::parse(value)?)));
        if let Some((text, series, value)) = sample {
            samples.push(Sample {
                is_bucket: bucket.as_ref() == Some(&series.name),
                series,
                text: text.to_owned(),
                value,
            });
        }
    }
    samples
}

/// What the sample `name` with these labels is at; `None` if there is none.
///
/// The name is that of the sample, as a scrape shows it: of a histogram `…_count`, `…_sum`, or `…_bucket` with the
/// label `le`. The labels, in any order, are all that it has, the constant labels of the registry included.
///
/// ```
/// use metrics_core::testing::value;
/// use metrics_core::{Gauge, MetricSet, Registry};
///
/// /// A queue.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct Queue {
///     /// Jobs waiting.
///     depth: Gauge,
/// }
///
/// let registry = Registry::builder().constant_label("shard", "7").build()?;
/// let queue = Queue::register(&registry)?;
/// queue.depth.set(3);
/// assert_eq!(value(&registry, "depth", &[("shard", "7")]), Some(3.0));
/// assert_eq!(value(&registry, "depth", &[]), None);
/// # Ok::<(), metrics_core::Error>(())
/// ```
pub fn value(registry: &Registry, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let wanted = Series::new(name, labels);
    let samples = samples(registry);
    let found = samples.iter().find(|sample| sample.series == wanted);
    found.map(|sample| sample.value.as_f64())
}
