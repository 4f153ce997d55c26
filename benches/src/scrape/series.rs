//! The series that every library registers, and what it does with them: one family, two open labels of about ten
//! bytes each, all label sets different.

/// What the counters start from, so that all values have seven digits.
const FIRST_VALUE: u64 = 1_000_000;

/// What each histogram has observed: something near the front, in the middle and past the last bound.
pub(crate) const OBSERVED: [f64; 3] = [0.003, 0.3, 30.0];

/// One label set. The texts are drawn before anything is measured; a library that must own them copies them.
#[derive(Debug)]
pub(crate) struct Labels {
    pub(crate) customer: String,
    pub(crate) region: String,
}

/// The label sets of n series: all different, but made of few texts, as the many series of a program are. So a
/// library that keeps each text once gains by it.
pub(crate) fn draw(n: usize) -> &'static [Labels] {
    let texts = (n as f64).sqrt().ceil() as usize;
    let labels = (0..n).map(|i| Labels {
        customer: format!("user-{:05}", i / texts),
        region: format!("region-{:03}", i % texts),
    });
    Vec::leak(labels.collect())
}

/// The label sets with the value to set each counter to.
pub(crate) fn with_values(
    labels: &'static [Labels],
) -> impl Iterator<Item = (&'static Labels, u64)> {
    labels.iter().zip(FIRST_VALUE..)
}

/// The label sets that a writer updates in turn, over and over.
pub(crate) fn written(labels: &'static [Labels]) -> impl Iterator<Item = &'static Labels> {
    const WRITTEN: usize = 16;
    labels[..WRITTEN].iter().cycle()
}

/// Which metric is scraped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Counters,
    Histograms,
}

impl Kind {
    /// How many lines a series has: for a histogram 11 buckets, that of infinity, the sum and the count.
    pub(crate) fn lines(self) -> usize {
        match self {
            Self::Counters => 1,
            Self::Histograms => 14,
        }
    }

    /// Whether this line holds the value that the series with these labels must have: a counter's, or a
    /// histogram's count.
    pub(crate) fn is_expected(self, line: &str, index: usize, labels: &Labels) -> bool {
        let (part, value) = match self {
            Self::Counters => ("", FIRST_VALUE + index as u64),
            Self::Histograms => ("_count{", OBSERVED.len() as u64),
        };
        let has_label = |text: &str| line.contains(&format!("=\"{text}\""));
        let exposed = line.rsplit(' ').next().and_then(|text| text.parse().ok());
        line.contains(part)
            && has_label(&labels.customer)
            && has_label(&labels.region)
            && exposed == Some(value as f64)
    }
}
