//! What the golden files expose: one registry for each case.

use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Registry};

#[derive(Clone, Copy, Label)]
#[label(rename_all = "snake_case")]
enum Method {
    Get,
    PostForm,
    #[label(name = "M-SEARCH")]
    Search,
}

#[derive(Clone, Copy, LabelSet)]
struct ByMethod {
    method: Method,
    encrypted: bool,
}

#[derive(Clone, Copy, LabelSet)]
struct ByPath<'a> {
    #[label(open, max = 2)]
    path: &'a str,
    encrypted: bool,
    #[label(name = "type", open, max = 2)]
    kind: u16,
}

fn read_back() -> f64 {
    0.75
}

fn read_count() -> u64 {
    41
}

/// One metric of each kind, in every type of number that it may hold.
#[derive(MetricSet)]
#[metrics(prefix = "kinds", register = false)]
struct Kinds {
    /// A counter of whole numbers.
    events: Counter,
    /// A counter of amounts.
    #[metric(unit = "joules")]
    energy: Counter<(), f64>,
    /// A counter that is read.
    #[metric(read = read_count)]
    ticks: Counter,
    /// A gauge of whole numbers.
    depth: Gauge,
    /// A gauge of amounts.
    #[metric(unit = "celsius")]
    temperature: Gauge<(), f64>,
    /// A gauge that is read.
    #[metric(unit = "ratio", read = read_back)]
    fill: Gauge<(), f64>,
    /// A histogram of amounts.
    #[metric(unit = "seconds", buckets = linear(0.1, 0.1, 3))]
    latency: Histogram,
    /// A histogram of whole numbers.
    #[metric(unit = "bytes", buckets = exponential(1.0, 1024.0, 3))]
    size: Histogram<(), u64>,
    /// A histogram with default buckets.
    #[metric(unit = "seconds")]
    wait: Histogram,
    /// A counter of another library.
    foreign_events: prometheus::IntCounter,
    /// A gauge of another library.
    foreign_level: prometheus::Gauge,
    /// A histogram of another library.
    #[metric(unit = "seconds", buckets = [0.5, 1.0])]
    foreign_latency: prometheus::Histogram,
}

pub(crate) fn kinds() -> Registry {
    let registry = Registry::new();
    let kinds = Kinds::register(&registry).expect("an empty registry");
    kinds.events.inc();
    kinds.events.inc_by(41);
    kinds.energy.inc_by(0.5);
    kinds.depth.set(-3);
    kinds.temperature.set(21.5);
    for value in [0.1, 0.15, 0.3, 4.0] {
        kinds.latency.observe(value);
    }
    for bytes in [0, 1, 1025, 5_000_000_000] {
        kinds.size.observe(bytes);
    }
    kinds
        .wait
        .observe_duration(std::time::Duration::from_millis(30));
    kinds.foreign_events.inc_by(7);
    kinds.foreign_level.set(0.25);
    kinds.foreign_latency.observe(0.75);
    registry
}

pub(crate) fn untouched() -> Registry {
    let registry = Registry::new();
    // the registry keeps what it reads from, so the set itself may go
    Kinds::register(&registry).expect("an empty registry");
    registry
}

/// Families with labels.
#[derive(MetricSet)]
#[metrics(prefix = "labels", register = false)]
struct Labelled {
    /// Every combination is there from the start.
    finite: Counter<ByMethod>,
    /// A gauge of each combination.
    finite_now: Gauge<ByMethod, f64>,
    /// Nothing is there before it is used.
    open_unused: Counter<ByPath<'static>>,
    /// What was used is there.
    open: Counter<ByPath<'static>>,
    /// A histogram of each label set.
    #[metric(unit = "seconds", buckets = [1.0])]
    open_latency: Histogram<ByPath<'static>>,
}

pub(crate) fn labels() -> Registry {
    let registry = Registry::new();
    let labelled = Labelled::register(&registry).expect("an empty registry");
    labelled
        .finite
        .with(ByMethod {
            method: Method::Search,
            encrypted: false,
        })
        .inc();
    labelled
        .finite_now
        .with(ByMethod {
            method: Method::Get,
            encrypted: true,
        })
        .set(1.5);
    labelled
        .finite_now
        .with(ByMethod {
            method: Method::PostForm,
            encrypted: true,
        })
        .dec();
    let home = ByPath {
        path: "/",
        encrypted: true,
        kind: 6,
    };
    labelled.open.with(home).inc_by(2);
    labelled.open_latency.with(home).observe(0.5);
    labelled
        .open_latency
        .with(ByPath {
            path: "",
            encrypted: false,
            kind: 65_535,
        })
        .observe(2.0);
    registry
}

#[derive(Clone, Copy, LabelSet)]
struct ByUser<'a> {
    #[label(open, max = 2)]
    user: &'a str,
}

/// What can go wrong.
#[derive(MetricSet)]
#[metrics(prefix = "trouble", register = false)]
struct Trouble {
    /// More users than the cap.
    users: Counter<ByUser<'static>>,
    /// More users than the cap, in each of two.
    users_now: Gauge<ByPath<'static>>,
    /// More users than the cap, with buckets.
    #[metric(unit = "seconds", buckets = [1.0])]
    user_time: Histogram<ByUser<'static>>,
    /// Refuses what is no increment.
    #[metric(unit = "euros")]
    takings: Counter<(), f64>,
    /// Refuses NaN.
    #[metric(unit = "seconds", buckets = [1.0])]
    wait: Histogram,
}

pub(crate) fn trouble() -> Registry {
    let registry = Registry::new();
    let trouble = Trouble::register(&registry).expect("an empty registry");
    // `overflow` is a name that somebody may have: it is counted in the overflow series too
    for user in ["ada", "bea", "cem", "dan", "ada", "overflow"] {
        trouble.users.with(ByUser { user }).inc();
        trouble.user_time.with(ByUser { user }).observe(0.5);
    }
    // 2 values of each open label, and 2 of the finite one: 4 series
    for kind in 1..=6 {
        trouble
            .users_now
            .with(ByPath {
                path: "/",
                encrypted: kind % 2 == 0,
                kind,
            })
            .inc();
    }
    trouble.takings.inc_by(2.5);
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        trouble.takings.inc_by(bad);
    }
    trouble.wait.observe(f64::NAN);
    trouble.wait.observe(f64::INFINITY);
    registry
}

/// A set without a prefix.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Plain {
    /// A counter.
    events: Counter,
    /// A counter with labels.
    requests: Counter<ByMethod>,
    /// A histogram.
    #[metric(unit = "seconds", buckets = [1.0])]
    wait: Histogram,
}

pub(crate) fn namespace() -> Registry {
    let registry = Registry::builder()
        .namespace("shop")
        .constant_label("service", "till")
        .constant_label("env", "a \"test\"")
        .build()
        .expect("good names");
    let plain = Plain::register(&registry).expect("an empty registry");
    plain.events.inc();
    plain
        .requests
        .with(ByMethod {
            method: Method::Get,
            encrypted: true,
        })
        .inc();
    plain.wait.observe(0.5);
    // names of an attached registry stay as they are, and get the constant labels
    let attached = prometheus::Registry::new();
    let counter = prometheus::IntCounterVec::new(
        prometheus::Opts::new("attached_total", "A counter."),
        &["of"],
    )
    .expect("a good name");
    counter.with_label_values(&["theirs"]).inc();
    attached
        .register(Box::new(counter))
        .expect("an empty registry");
    registry.attach(attached);
    registry
}

/// Help with what must be escaped: a backslash \ stands for itself, and so do "quotes" and {braces}.
#[derive(MetricSet)]
#[metrics(prefix = "escaping", register = false)]
struct Escaping {
    /// Help with what must be escaped: a backslash \ stands for itself, and so do "quotes" and {braces}.
    values: Counter<ByValue<'static>>,
}

#[derive(Clone, Copy, LabelSet)]
struct ByValue<'a> {
    #[label(open, max = 100)]
    value: &'a str,
}

pub(crate) fn escaping() -> Registry {
    let registry = Registry::new();
    let escaping = Escaping::register(&registry).expect("an empty registry");
    let values = [
        "plain",
        "",
        " ",
        "\"",
        "\\",
        "\n",
        "\\n",
        "\\\\",
        "\\\"",
        "a\"b\\c\nd",
        "tab\t",
        "return\r",
        "{}",
        "},",
        "a=\"b\",c=\"d\"",
        "# TYPE x counter",
        "äöü",
        "漢字",
        "😀",
        "\u{7f}",
        "\u{2028}",
        "\u{feff}",
        "e\u{301}",
    ];
    for value in values {
        escaping.values.with(ByValue { value }).inc();
    }
    let attached = prometheus::Registry::new();
    let help = "Two\nlines, a \\ and \"quotes\"; \\n is no line break.";
    let gauge = prometheus::IntGauge::new("escaping_help", help).expect("a good name");
    attached
        .register(Box::new(gauge))
        .expect("an empty registry");
    registry.attach(attached);
    registry
}

#[derive(Clone, Copy, LabelSet)]
struct ByNumber<'a> {
    #[label(open, max = 100)]
    number: &'a str,
}

/// Numbers that are easily written wrong.
#[derive(MetricSet)]
#[metrics(prefix = "numbers", register = false)]
struct Numbers {
    /// Floats.
    float: Gauge<ByNumber<'static>, f64>,
    /// Signed integers.
    signed: Gauge<ByNumber<'static>>,
    /// Unsigned integers.
    unsigned: Counter<ByNumber<'static>>,
    /// Bounds of all sizes.
    #[metric(buckets = [-1.5, 0.0, 1e-9, 0.1, 1.0, 1e6, 1e15, 1e16, 1e21, 1e300])]
    bounds: Histogram,
}

pub(crate) fn numbers() -> Registry {
    let registry = Registry::new();
    let numbers = Numbers::register(&registry).expect("an empty registry");
    let floats = [
        ("NaN", f64::NAN),
        ("+Inf", f64::INFINITY),
        ("-Inf", f64::NEG_INFINITY),
        ("0", 0.0),
        ("-0", -0.0),
        ("0.1", 0.1),
        ("1/3", 1.0 / 3.0),
        ("whole", 1e15),
        ("large", 1e21),
        ("small", 1e-7),
        ("largest", f64::MAX),
        ("smallest", f64::MIN_POSITIVE),
        ("subnormal", 5e-324),
        ("2^53+1", 9_007_199_254_740_993.0),
    ];
    for (number, value) in floats {
        numbers.float.with(ByNumber { number }).set(value);
    }
    for (number, value) in [
        ("min", i64::MIN),
        ("-1", -1),
        ("max", i64::MAX),
        ("-2^53-1", -9_007_199_254_740_993),
    ] {
        numbers.signed.with(ByNumber { number }).set(value);
    }
    for (number, value) in [
        ("max", u64::MAX),
        ("2^53", 1 << 53),
        ("2^53+1", (1 << 53) + 1),
    ] {
        numbers.unsigned.with(ByNumber { number }).inc_by(value);
    }
    for value in [-2.0, -1.5, 0.0, 1e-9, 0.1, 1e301] {
        numbers.bounds.observe(value);
    }
    registry
}
