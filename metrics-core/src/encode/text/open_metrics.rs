//! OpenMetrics, version 1.0.0, which is also a valid 0.0.1.
//! Format: <https://prometheus.io/docs/specs/om/open_metrics_spec/>, to whose sections the comments refer.

use std::collections::HashSet;
use std::io::{self, Write};
use std::ops::ControlFlow;

use super::chunk::{Chunk, Line, Piece};
use super::lines::Lines;
use super::{Dialect, number};
use crate::declare::Kind;
use crate::gather::{FamilyView, SeriesView, Visitor};
use crate::register::Registry;
use crate::update::{Exemplar, Point};

/// The `Content-Type` of OpenMetrics.
pub const OPEN_METRICS_CONTENT_TYPE: &str =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The `Content-Type` for scrapers that know the draft of OpenMetrics alone. The bytes are the same: its parsers (those of
/// Prometheus since 2.5, and `client_python`) read version 1.0.0.
pub const OPEN_METRICS_0_0_1_CONTENT_TYPE: &str =
    "application/openmetrics-text; version=0.0.1; charset=utf-8";

/// A [`Visitor`] that writes OpenMetrics, in chunks of about [`CHUNK_LEN`](crate::CHUNK_LEN) bytes of whole lines.
///
/// ```
/// use metrics_core::{OpenMetricsEncoder, Registry};
///
/// let mut encoder = OpenMetricsEncoder::new(Vec::new());
/// let _ = Registry::new().gather(&mut encoder);
/// assert_eq!(encoder.finish()?, b"# EOF\n");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Beside what the text format has, it carries units, infos, state sets and exemplars, and with
/// [`OpenMetricsEncoder::created_samples`] when each series began. Native buckets it does not: such a histogram shows its
/// count as the bucket `+Inf`.
///
/// The specification forbids some things that metrics may be, so that they are shown otherwise:
///
/// | what | how it is shown |
/// |---|---|
/// | a counter whose name does not end in `_total` | with the type `unknown`, under the same name |
/// | a counter `x_created_total` beside a counter `x_total`, whose time of creation would be `x_created` too; and the like | the second of them with the type `unknown` |
/// | an info whose name does not end in `_info`, or clashes in this way; a state set with a colon in its name | as a gauge |
/// | a histogram with bounds below 0, or whose sum is below 0 or NaN | its buckets, without `_sum` and `_count`: that of `+Inf` is the count |
/// | a counter below 0 or NaN, which only collectors of the user's own can have; a quantile, or the sum of a summary, below 0 | left out |
/// | an exemplar whose labels have more than 128 characters, names and values together | left out |
#[derive(Debug)]
pub struct OpenMetricsEncoder<W>(Lines<W, OpenMetrics>);

impl<W: Write> OpenMetricsEncoder<W> {
    /// An encoder that hands its chunks to `out`, one `write_all` each.
    pub fn new(out: W) -> Self {
        Self(Lines::new(out, OpenMetrics::default()))
    }

    /// Whether `_created` samples tell since when each counter, histogram and summary has counted. Default: `false`,
    /// because Prometheus stores each of them as one more series, unless it was told to read them as what they are. In the
    /// protobuf format they cost nothing and are always there.
    #[must_use]
    pub fn created_samples(mut self, shown: bool) -> Self {
        self.0.dialect.created_samples = shown;
        self
    }

    /// Ends the exposition with `# EOF`, hands on the last chunk, and gives `out` back.
    ///
    /// It is for walks that came to their end. One that a visitor around this one broke off is not ended: drop the encoder
    /// then, so that a part is not read as the whole.
    ///
    /// # Errors
    ///
    /// The first error of `out`, which has also ended the walk.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish(b"# EOF\n")
    }
}

impl<W: Write> Visitor for OpenMetricsEncoder<W> {
    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        self.0.family(family)
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        self.0.series(series)
    }
}

/// The dialect of OpenMetrics.
#[derive(Debug, Default)]
struct OpenMetrics {
    created_samples: bool,
    /// Every name that a family so far has, or that a sample of it may have.
    taken: HashSet<String>,
    /// Whether samples of the current family are those of a counter.
    counter: bool,
    /// Whether they may have exemplars.
    exemplars: bool,
    /// See [`Dialect::created`].
    created: Option<Piece>,
}

/// How a family is shown.
#[derive(Clone, Copy)]
struct Shown<'f> {
    name: &'f str,
    type_: &'static str,
    /// What samples add to the name.
    suffixes: &'static [&'static str],
}

impl<'f> Shown<'f> {
    fn of(family: &FamilyView<'f>) -> Self {
        let new = |name, suffixes| Self {
            name,
            type_: family.kind.as_str(),
            suffixes,
        };
        let stem = family.name.strip_suffix(family.kind.suffix());
        let stem = stem.filter(|stem| !stem.is_empty());
        match family.kind {
            Kind::Counter => stem.map(|stem| new(stem, &["_total", "_created"])),
            Kind::Info => stem.map(|stem| new(stem, &["_info"])),
            // its label is called like the family, and no label has a colon
            Kind::StateSet => (!family.name.contains(':')).then(|| new(family.name, &[])),
            Kind::Gauge => Some(new(family.name, &[])),
            Kind::Histogram => Some(new(family.name, &["_bucket", "_count", "_sum", "_created"])),
            Kind::Summary => Some(new(family.name, &["_count", "_sum", "_created"])),
        }
        .unwrap_or_else(|| Self::plainly(family))
    }

    /// Under its own name, and with a type that asks for nothing.
    fn plainly(family: &FamilyView<'f>) -> Self {
        Self {
            name: family.name,
            type_: match family.kind {
                Kind::Counter => "unknown",
                _ => Kind::Gauge.as_str(),
            },
            suffixes: &[],
        }
    }

    fn names(&self) -> impl Iterator<Item = String> {
        let suffixes = self.suffixes.iter().copied();
        let suffixes = [""].into_iter().chain(suffixes);
        suffixes.map(|suffix| format!("{}{suffix}", self.name))
    }

    /// The unit, where the specification lets it stand ("Unit": a suffix of the name; "Info", "StateSet": none).
    fn unit(&self, unit: &'f str) -> Option<&'f str> {
        let stem = self.name.strip_suffix(unit)?.strip_suffix('_')?;
        let may = !matches!(self.type_, "info" | "stateset");
        (may && !unit.is_empty() && !stem.is_empty()).then_some(unit)
    }
}

impl OpenMetrics {
    /// How `family` is shown, so that no name is there twice ("MetricFamily", "Name"). Families come in the order of their
    /// names, so `x` comes before `x_…`, and one that clashes is one that can be shown plainly.
    fn show<'f>(&mut self, family: &FamilyView<'f>) -> Shown<'f> {
        let mut shown = Shown::of(family);
        if shown.names().any(|name| self.taken.contains(&name)) {
            let kind = family.kind;
            if matches!(kind, Kind::Counter | Kind::Info) {
                shown = Shown::plainly(family);
            }
        }
        self.taken.extend(shown.names());
        shown
    }
}

impl Dialect for OpenMetrics {
    fn head(&mut self, family: &FamilyView<'_>, out: &mut Chunk) {
        let shown = self.show(family);
        let mut line = |word: &str, text: &str| {
            for part in ["# ", word, " ", shown.name, " ", text, "\n"] {
                out.push(part.as_bytes());
            }
        };
        line("TYPE", shown.type_);
        if let Some(unit) = shown.unit(family.unit) {
            line("UNIT", unit);
        }
        line("HELP", &escaped(family.help));
        self.counter = shown.type_ == Kind::Counter.as_str();
        self.exemplars = self.counter || family.kind == Kind::Histogram;
        let counts = shown.suffixes.contains(&"_created");
        let created = format!("{}_created{{", shown.name);
        self.created = (self.created_samples && counts).then(|| Piece::new(created));
    }

    fn push_bound(line: &mut Line<'_>, bound: f64) -> Option<()> {
        number::push_canonical(line, bound)
    }

    #[inline(always)]
    fn is_plain(&self, point: &Point<'_>) -> bool {
        point.exemplars.is_empty() && self.created.is_none()
    }

    /// "Counter": a value is not NaN, and not below 0.
    fn takes(&self, number: f64) -> bool {
        !self.counter || number >= 0.0
    }

    /// "Histogram": no sum beside bounds below 0, and no count without a sum. "Sum": it is one of a counter.
    fn takes_sum(sum: f64, bounds: &[f64]) -> bool {
        sum >= 0.0 && bounds.first().is_none_or(|bound| *bound >= 0.0)
    }

    fn takes_quantile(quantile: f64, value: f64) -> bool {
        let negative = value < 0.0;
        (0.0..=1.0).contains(&quantile) && !negative
    }

    fn exemplars<'e>(&self, point: &Point<'e>) -> &'e [Exemplar<'e>] {
        if self.exemplars { point.exemplars } else { &[] }
    }

    fn created(&self) -> Option<&Piece> {
        self.created.as_ref()
    }
}

/// In help texts backslash, newline and quote are escaped, as in label values.
fn escaped(help: &str) -> String {
    let mut escaped = String::with_capacity(help.len());
    for c in help.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '"' => escaped.push_str("\\\""),
            c => escaped.push(c),
        }
    }
    escaped
}

impl Registry {
    /// The whole exposition as OpenMetrics, for tests and tools; a server streams it in chunks instead.
    ///
    /// ```
    /// use metrics_core::{Counter, MetricSet, Registry};
    ///
    /// /// A shop.
    /// #[derive(MetricSet)]
    /// #[metrics(prefix = "shop", register = false)]
    /// struct Shop {
    ///     /// Sold by weight.
    ///     #[metric(unit = "grams")]
    ///     sold: Counter,
    /// }
    ///
    /// let registry = Registry::new();
    /// let shop = Shop::register(&registry)?;
    /// shop.sold.inc_by(250);
    /// assert_eq!(registry.encode_open_metrics(), "\
    /// ## TYPE shop_sold_grams counter
    /// ## UNIT shop_sold_grams grams
    /// ## HELP shop_sold_grams Sold by weight.
    /// shop_sold_grams_total 250
    /// ## EOF
    /// ");
    /// # Ok::<(), metrics_core::Error>(())
    /// ```
    pub fn encode_open_metrics(&self) -> String {
        let mut encoder = OpenMetricsEncoder::new(Vec::new());
        // the walk ends early only on an error of the writer, and a `Vec` has none
        let _ = self.gather(&mut encoder);
        let bytes = encoder.finish().unwrap_or_default();
        // every part was a `str`
        String::from_utf8(bytes).unwrap_or_default()
    }
}
