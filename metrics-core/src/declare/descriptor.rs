//! A family's descriptor and a set's: all that is known of them before the program starts.
//! The derive writes them as constants; every later room reads them and none changes them.

use core::time::Duration;

use super::label::LabelDescriptor;
use super::name::ends_with_word;
use super::{Alert, DEFAULT_BUCKETS, Name, Panels, Scaling, check_bounds};

/// What kind of metric a family is: the `# TYPE` of the text format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A number that only grows, until the process restarts.
    Counter,
    /// A number that goes up and down.
    Gauge,
    /// Observations counted in buckets.
    Histogram,
    /// Quantiles computed in the process; only families of the `prometheus` crate have this kind.
    Summary,
    /// What does not change while it is looked at, as labels: a version, a revision.
    Info,
    /// Which of some states something is in.
    StateSet,
}

impl Kind {
    /// The kind in the words of OpenMetrics: `counter`, `gauge`, `histogram`, …
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
            Self::Info => "info",
            Self::StateSet => "stateset",
        }
    }

    /// The kind in the text format 0.0.4, which has neither infos nor state sets: they are gauges there.
    pub const fn as_text_type(self) -> &'static str {
        match self {
            Self::Info | Self::StateSet => Self::Gauge.as_str(),
            other => other.as_str(),
        }
    }

    /// What the names of such families end in, and their families in OpenMetrics do not; or nothing.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::Counter => "_total",
            Self::Info => "_info",
            Self::Gauge | Self::Histogram | Self::Summary | Self::StateSet => "",
        }
    }
}

/// Where something was declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    /// The file, as the compiler was given it.
    pub file: &'static str,
    /// The line in the file, from 1.
    pub line: u32,
    /// The package, as in its `Cargo.toml`.
    pub package: &'static str,
    /// The module path.
    pub module: &'static str,
}

impl Source {
    /// Another line of the same file.
    pub const fn at(self, line: u32) -> Self {
        Self { line, ..self }
    }
}

impl core::fmt::Display for Source {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "{}:{} (package `{}`)",
            self.file, self.line, self.package
        )
    }
}

/// What a gauge is computed of, by its declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Derived {
    /// How fast a counter grows: `#[metric(rate_of = …)]`.
    Rate,
    /// One number by another: `#[metric(ratio = …)]`.
    Ratio,
    /// A quantile of a histogram: `#[metric(quantile_of = …)]`.
    Quantile,
}

impl Derived {
    /// What it is, in a word: `rate`, `ratio`, `quantile`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Ratio => "ratio",
            Self::Quantile => "quantile",
        }
    }
}

/// The parts of a descriptor as the derive finds them; [`Descriptor::new`] makes them a whole.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    /// The set's prefix, or nothing.
    pub prefix: &'static str,
    /// The field's name, or what it was renamed to.
    pub name: &'static str,
    /// The field's name.
    pub field: &'static str,
    /// Whether `name` is the whole family name, to be taken as it is.
    pub verbatim: bool,
    /// Whether it may be called like a series of a histogram.
    pub series_suffix: bool,
    /// The unit, or nothing.
    pub unit: &'static str,
    /// What the metric means, in a sentence.
    pub help: &'static str,
    /// The bucket bounds that the field names.
    pub bounds: Option<&'static [f64]>,
    /// Native buckets, if it says so.
    pub native: Option<NativeOptions>,
    /// After how long without use a series of open labels goes, if it says so.
    pub idle: Option<Duration>,
    /// Whether updates take an exemplar from the span that is current.
    pub exemplars: bool,
    /// What it is computed of, if it is.
    pub derived: Option<Derived>,
    /// When somebody is to be told.
    pub alerts: &'static [Alert],
    /// How many replicas are wanted by it, if it says so.
    pub scaling: Option<Scaling>,
    /// What a dashboard shows beside its time series.
    pub panels: Panels,
    /// The field's place.
    pub source: Source,
}

impl Declaration {
    /// A field that says no more than it must.
    pub const fn new(
        prefix: &'static str,
        name: &'static str,
        help: &'static str,
        source: Source,
    ) -> Self {
        Self {
            prefix,
            name,
            field: name,
            verbatim: false,
            series_suffix: false,
            unit: "",
            help,
            bounds: None,
            native: None,
            idle: None,
            exemplars: false,
            derived: None,
            alerts: &[],
            scaling: None,
            panels: Panels {
                stat: false,
                rate: None,
                change: None,
            },
            source,
        }
    }

    /// The same for a field of this name, where `name` is another.
    #[must_use]
    pub const fn field(self, field: &'static str) -> Self {
        Self { field, ..self }
    }

    /// The same with alerts: `#[metric(alert(…))]`.
    #[must_use]
    pub const fn alerts(self, alerts: &'static [Alert]) -> Self {
        Self { alerts, ..self }
    }

    /// The same by which the number of replicas is chosen: `#[metric(hpa(…))]`.
    #[must_use]
    pub const fn scaling(self, scaling: Scaling) -> Self {
        Self {
            scaling: Some(scaling),
            ..self
        }
    }

    /// The same with more panels of a dashboard: `#[metric(panels(…))]`.
    #[must_use]
    pub const fn panels(self, panels: Panels) -> Self {
        Self { panels, ..self }
    }

    /// The same with a unit.
    #[must_use]
    pub const fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// The same with a name that is the whole family name.
    #[must_use]
    pub const fn verbatim(self) -> Self {
        Self {
            verbatim: true,
            ..self
        }
    }

    /// The same with a name that may be that of a series of a histogram: `#[metric(allow(series_suffix))]`.
    #[must_use]
    pub const fn allow_series_suffix(self) -> Self {
        Self {
            series_suffix: true,
            ..self
        }
    }

    /// The same with native buckets: `#[metric(native)]`.
    #[must_use]
    pub const fn native(self, native: NativeOptions) -> Self {
        Self {
            native: Some(native),
            ..self
        }
    }

    /// The same with a length of time in nanoseconds.
    #[doc(hidden)]
    #[must_use]
    pub const fn idle_nanos(self, nanos: u64) -> Self {
        self.idle(Duration::from_nanos(nanos))
    }

    /// The same whose series go when they have not been looked up for so long, and have no owner: `#[metric(idle = "10m")]`.
    #[must_use]
    pub const fn idle(self, idle: Duration) -> Self {
        Self {
            idle: Some(idle),
            ..self
        }
    }

    /// The same whose updates take an exemplar from the span that is current: `#[metric(exemplars)]`.
    #[must_use]
    pub const fn exemplars(self) -> Self {
        Self {
            exemplars: true,
            ..self
        }
    }

    /// The same whose value is computed of other metrics: `#[metric(ratio = …)]` and its like.
    #[must_use]
    pub const fn derived(self, derived: Derived) -> Self {
        Self {
            derived: Some(derived),
            ..self
        }
    }

    /// The same with bucket bounds.
    #[must_use]
    pub const fn bounds(self, bounds: &'static [f64]) -> Self {
        Self {
            bounds: Some(bounds),
            ..self
        }
    }
}

/// How the native buckets of a histogram are made.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct NativeOptions {
    /// How fine they are at first: -4 (a factor of 65,536 from bound to bound) to 8 (a factor of 1.0027).
    pub schema: i32,
    /// So many may hold something; one more, and all are made coarser.
    pub max_buckets: u32,
    /// What is at most so far from 0 goes to the zero bucket.
    pub zero_threshold: f64,
}

impl NativeOptions {
    /// A factor of at most 1.1, at most 160 buckets, and the least zero bucket.
    ///
    /// The factor and the number are what Prometheus' documentation names as good for most; the threshold is that of
    /// `client_golang`, `DefNativeHistogramZeroThreshold`, 2^-128.
    pub const DEFAULT: Self = Self {
        schema: 3,
        max_buckets: 160,
        zero_threshold: 2.938_735_877_055_719e-39,
    };

    /// Buckets of this schema (-4 to 8), at most so many, with a zero bucket up to a threshold that is not negative.
    pub const fn new(schema: i32, max_buckets: u32, zero_threshold: f64) -> Self {
        Self {
            schema,
            max_buckets,
            zero_threshold,
        }
    }
}

/// All that is known of a family while compiling.
///
/// ```
/// use metrics_core::{Counter, Kind, MetricSet};
///
/// /// A shop.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "shop")]
/// struct Shop {
///     /// Orders placed.
///     orders: Counter,
/// }
///
/// let orders = &Shop::SET.families[0];
/// assert_eq!(orders.name(), "shop_orders_total");
/// assert_eq!(orders.kind(), Kind::Counter);
/// assert_eq!(orders.help(), "Orders placed.");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    name: Name,
    verbatim: bool,
    series_suffix: bool,
    help: &'static str,
    kind: Kind,
    unit: &'static str,
    labels: &'static [LabelDescriptor],
    bounds: &'static [f64],
    native: Option<NativeOptions>,
    idle: Option<Duration>,
    exemplars: bool,
    derived: Option<Derived>,
    field: &'static str,
    alerts: &'static [Alert],
    scaling: Option<Scaling>,
    panels: Panels,
    source: Source,
}

impl Descriptor {
    /// Builds a descriptor from what a field says and what its type is.
    ///
    /// # Panics
    ///
    /// While compiling, if the name is too long or the bucket bounds are not in order.
    pub const fn new(
        declared: Declaration,
        kind: Kind,
        labels: &'static [LabelDescriptor],
    ) -> Self {
        let bounds = match (kind, declared.bounds) {
            (Kind::Histogram, Some(bounds)) => bounds,
            // native buckets alone
            (Kind::Histogram, None) if declared.native.is_some() => &[],
            (Kind::Histogram, None) => DEFAULT_BUCKETS,
            _ => &[],
        };
        let native_alone = bounds.is_empty() && declared.native.is_some();
        if matches!(kind, Kind::Histogram)
            && !native_alone
            && let Some(wrong) = check_bounds(bounds)
        {
            panic!("{}", wrong);
        }
        Self {
            name: if declared.verbatim {
                Name::verbatim(declared.name)
            } else {
                Name::build(declared.prefix, declared.name, declared.unit, kind)
            },
            verbatim: declared.verbatim,
            series_suffix: declared.series_suffix,
            help: declared.help,
            kind,
            unit: declared.unit,
            labels,
            bounds,
            native: declared.native,
            idle: declared.idle,
            exemplars: declared.exemplars,
            derived: declared.derived,
            field: declared.field,
            alerts: declared.alerts,
            scaling: declared.scaling,
            panels: declared.panels,
            source: declared.source,
        }
    }

    /// The family name, without what a set around its own and the namespace of a registry may add.
    pub const fn name(&self) -> &str {
        self.name.as_str()
    }

    pub(super) const fn name_bytes(&self) -> &[u8] {
        self.name.as_bytes()
    }

    /// Whether the name was given whole, so that no set adds a prefix to it.
    pub const fn is_verbatim(&self) -> bool {
        self.verbatim
    }

    pub(super) const fn may_end_like_series(&self) -> bool {
        self.series_suffix
    }

    /// What the metric means, in a sentence.
    pub const fn help(&self) -> &'static str {
        self.help
    }

    /// The kind of metric.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The unit, in the plural and in full (`seconds`), or nothing.
    pub const fn unit(&self) -> &'static str {
        self.unit
    }

    /// A length of time in the unit in which a histogram of this name is told of one: seconds or milliseconds, as the last
    /// word of the name says, whether or not the unit was declared. `None` of other names.
    ///
    /// ```
    /// use metrics_core::{Histogram, MetricSet};
    /// use std::time::Duration;
    ///
    /// /// A shop.
    /// #[derive(MetricSet)]
    /// struct Shop {
    ///     /// Time to pay.
    ///     payment_seconds: Histogram,
    ///     /// Time to answer.
    ///     #[metric(unit = "milliseconds", allow(base_unit))]
    ///     answer: Histogram,
    ///     /// Weight of a parcel.
    ///     #[metric(unit = "grams")]
    ///     parcel: Histogram,
    /// }
    ///
    /// let [payment, answer, parcel] = Shop::SET.families else { panic!() };
    /// let quarter = Duration::from_millis(250);
    /// assert_eq!(payment.time_in_unit(quarter), Some(0.25));
    /// assert_eq!(answer.time_in_unit(quarter), Some(250.0));
    /// assert_eq!(parcel.time_in_unit(quarter), None);
    /// ```
    pub const fn time_in_unit(&self, time: Duration) -> Option<f64> {
        let nanos = time.as_nanos() as f64;
        // divided, and not multiplied by a fraction: so it is the number that its digits are
        if ends_with_word(self.name_bytes(), b"seconds") {
            Some(nanos / 1e9)
        } else if ends_with_word(self.name_bytes(), b"milliseconds") {
            Some(nanos / 1e6)
        } else {
            None
        }
    }

    /// The labels, in the order of their declaration; not those that are constant, nor that of a state set, which
    /// is called as the family is exposed.
    pub const fn labels(&self) -> &'static [LabelDescriptor] {
        self.labels
    }

    /// The bucket bounds of a histogram, growing, without `+Inf`; empty for other kinds.
    pub const fn bounds(&self) -> &'static [f64] {
        self.bounds
    }

    /// How the native buckets of a histogram are made; `None` where there are none.
    pub const fn native(&self) -> Option<NativeOptions> {
        self.native
    }

    /// After how long without use a series of open labels goes; `None` where it stays.
    pub const fn idle(&self) -> Option<Duration> {
        self.idle
    }

    /// Whether updates take an exemplar from the span that is current.
    pub const fn takes_exemplars(&self) -> bool {
        self.exemplars
    }

    /// What a gauge is computed of, if it is not what it was set to.
    pub const fn derived(&self) -> Option<Derived> {
        self.derived
    }

    /// The name of the field that declares it.
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// When somebody is to be told.
    pub const fn alerts(&self) -> &'static [Alert] {
        self.alerts
    }

    /// How many replicas are wanted by it, if it says so.
    pub const fn scaling(&self) -> Option<Scaling> {
        self.scaling
    }

    /// What a dashboard shows beside its time series.
    pub const fn panels(&self) -> Panels {
        self.panels
    }

    /// Where the metric was declared.
    pub const fn source(&self) -> Source {
        self.source
    }
}
