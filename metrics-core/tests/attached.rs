//! Registries of ours in each other: one exposition of several, every name once, and no circles.

use std::sync::Arc;

use metrics_core::{
    Conflict, Counter, Error, Gauge, Label, LabelSet, MetricSet, Place, Registry, StateSet,
};

/// A pool of connections.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Pool {
    /// Open connections.
    open: Gauge,
    /// Seconds in which none was free.
    #[metric(unit = "seconds")]
    dry: Counter<(), f64>,
}

#[derive(Clone, Copy, LabelSet)]
struct ByPlace {
    host: bool,
}

#[derive(Clone, Copy, Label)]
enum Weather {
    Fair,
    Foul,
}

/// Families with labels, and a set with one.
#[derive(Debug, MetricSet)]
#[metrics(register = false, labels(zone = "inner"))]
struct Labelled {
    /// By host.
    hosts: Counter<ByPlace>,
    /// The weather.
    weather: StateSet<Weather>,
}

fn registry(namespace: &str, labels: &[(&str, &str)]) -> Registry {
    let builder = Registry::builder().namespace(namespace);
    let builder = labels.iter().fold(builder, |builder, (name, value)| {
        builder.constant_label(*name, *value)
    });
    builder.build().expect("good names")
}

fn pool(registry: &Registry) -> Arc<Pool> {
    Pool::register(registry).expect("free names")
}

/// The samples alone.
fn samples(registry: &Registry) -> String {
    let text = registry.encode_text();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn names_and_labels_of_an_attached_registry_are_its_own() {
    let db = registry("db", &[("shard", "7"), ("host", "a")]);
    pool(&db).open.set(3);
    let all = registry("app", &[("service", "shop"), ("shard", "none")]);
    pool(&all).open.set(4);
    let attachment = all.attach(&db);
    assert_eq!(
        samples(&all),
        "\
app_dry_seconds_total{service=\"shop\",shard=\"none\"} 0
app_open{service=\"shop\",shard=\"none\"} 4
db_dry_seconds_total{service=\"shop\",shard=\"7\",host=\"a\"} 0
db_open{service=\"shop\",shard=\"7\",host=\"a\"} 3
metrics_hidden_families{service=\"shop\",shard=\"none\"} 0
metrics_rejected_updates_total{service=\"shop\",shard=\"7\",host=\"a\",family=\"db_dry_seconds_total\"} 0
metrics_rejected_updates_total{service=\"shop\",shard=\"none\",family=\"app_dry_seconds_total\"} 0
"
    );
    assert_eq!(all.check(), Ok(()));
    assert!(attachment.detach());
    assert!(!attachment.detach());
    assert!(!samples(&all).contains("db_"), "{}", samples(&all));
}

#[test]
fn labels_of_a_series_go_before_those_of_a_registry_around_its_own() {
    let inner = Registry::new();
    let labelled = Labelled::register(&inner).expect("free names");
    labelled.weather.set(Weather::Foul);
    labelled.weather.set(Weather::Fair);
    let all = registry(
        "",
        &[
            ("host", "outer"),
            ("zone", "outer"),
            ("weather", "outer"),
            ("more", "1"),
        ],
    );
    let _ = all.attach(inner);
    let samples = samples(&all);
    for line in [
        "hosts_total{weather=\"outer\",more=\"1\",zone=\"inner\",host=\"false\"} 0",
        "weather{host=\"outer\",more=\"1\",zone=\"inner\",weather=\"fair\"} 1",
    ] {
        assert!(
            samples.lines().any(|l| l == line),
            "no `{line}` in:\n{samples}"
        );
    }
}

#[test]
fn what_changes_in_an_attached_registry_is_seen() {
    let (inner, middle, all) = (Registry::new(), Registry::new(), Registry::new());
    let _ = all.attach(&middle);
    let _ = middle.attach(&inner);
    assert_eq!(samples(&all), "metrics_hidden_families 0\n");
    let pool = pool(&inner);
    assert!(samples(&all).contains("open 0\n"));
    pool.open.set(2);
    assert!(samples(&all).contains("open 2\n"));
    let told = pool.open.clone();
    let collector = inner.add_collector("told", move || told.set(9));
    assert!(
        samples(&all).contains("open 9\n"),
        "of each that is attached"
    );
    assert!(samples(&all).contains("metrics_collector_panics_total{collector=\"told\"} 0\n"));
    collector.detach();
    assert!(inner.unregister(&pool));
    assert_eq!(samples(&all), "metrics_hidden_families 0\n");
}

#[test]
fn of_two_families_of_one_name_the_first_is_exposed() {
    let (first, second, all) = (Registry::new(), Registry::new(), Registry::new());
    pool(&first).open.set(1);
    let hidden = pool(&second);
    hidden.open.set(2);
    hidden.dry.inc_by(-1.0);
    let _ = all.attach(&first);
    let attachment = all.attach(&second);
    let samples = samples(&all);
    assert_eq!(
        samples,
        "\
dry_seconds_total 0
metrics_hidden_families 2
metrics_rejected_updates_total{family=\"dry_seconds_total\"} 1
open 1
",
        "rows of one name are one row"
    );
    let Err(Error::Conflicts(conflicts)) = all.check() else {
        panic!("{:?}", all.check());
    };
    assert_eq!(conflicts.len(), 2, "{conflicts:?}");
    for conflict in conflicts {
        assert!(
            matches!(
                conflict,
                Conflict::SameName {
                    first: Place::Declared(_),
                    second: Place::Declared(_),
                    ..
                }
            ),
            "{conflict}"
        );
    }
    attachment.detach();
    assert_eq!(all.check(), Ok(()));
}

#[test]
fn instances_of_one_set_whose_registries_have_labels_are_one_family() {
    let (first, second) = (
        registry("", &[("shard", "1")]),
        registry("", &[("shard", "2")]),
    );
    let same = registry("", &[("shard", "2")]);
    let all = Registry::new();
    for (level, shard) in [&first, &second].into_iter().enumerate() {
        pool(shard).open.set(level as i64);
        let _ = all.attach(shard);
    }
    assert_eq!(all.check(), Ok(()));
    assert_eq!(
        all.encode_text().replace("# ", ""),
        "\
HELP dry_seconds_total Seconds in which none was free.
TYPE dry_seconds_total counter
dry_seconds_total{shard=\"1\"} 0
dry_seconds_total{shard=\"2\"} 0
HELP metrics_hidden_families Families that are not exposed, because their names clash; `Registry::check` tells which.
TYPE metrics_hidden_families gauge
metrics_hidden_families 0
HELP metrics_rejected_updates_total Updates refused because they would have made the family wrong.
TYPE metrics_rejected_updates_total counter
metrics_rejected_updates_total{shard=\"1\",family=\"dry_seconds_total\"} 0
metrics_rejected_updates_total{shard=\"2\",family=\"dry_seconds_total\"} 0
HELP open Open connections.
TYPE open gauge
open{shard=\"1\"} 0
open{shard=\"2\"} 1
"
    );
    // what nothing tells apart clashes as ever
    pool(&same).open.set(3);
    let _ = all.attach(&same);
    assert!(all.check().is_err());
    let samples = samples(&all);
    assert!(samples.contains("metrics_hidden_families 2\n"), "{samples}");
    assert!(!samples.contains(" 3\n"), "{samples}");
}

#[test]
fn what_is_read_from_functions_goes_on_in_one_family_too() {
    /// Told.
    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Told {
        /// A level.
        #[metric(read = level)]
        level: Gauge,
    }

    fn level() -> i64 {
        5
    }

    let all = Registry::new();
    for shard in ["1", "2", "3"] {
        let inner = registry("", &[("shard", shard)]);
        Told::register(&inner).expect("a free name");
        let _ = all.attach(inner);
    }
    let text = all.encode_text();
    assert_eq!(text.matches("# TYPE level gauge\n").count(), 1, "{text}");
    let levels = "level{shard=\"1\"} 5\nlevel{shard=\"2\"} 5\nlevel{shard=\"3\"} 5\n";
    assert!(text.contains(levels), "{text}");
}

#[test]
fn a_registry_that_is_attached_twice_is_exposed_once() {
    let (inner, left, right, all) = (
        Registry::new(),
        Registry::new(),
        Registry::new(),
        Registry::new(),
    );
    pool(&inner);
    for middle in [&left, &right] {
        let _ = middle.attach(&inner);
        let _ = all.attach(middle);
    }
    assert_eq!(all.check(), Ok(()));
    assert_eq!(samples(&all).matches("open 0\n").count(), 1);
}

#[test]
fn circles_are_refused_and_told() {
    let (inner, middle, all) = (Registry::new(), Registry::new(), Registry::new());
    pool(&all);
    let _ = all.attach(&middle);
    let _ = middle.attach(&inner);
    for (registry, line) in [(&inner, line!()), (&all, line!())] {
        let circle = registry.attach(&all);
        let Err(Error::Conflicts(conflicts)) = registry.check() else {
            panic!("a circle at {line}");
        };
        let [Conflict::Circle { attached }] = &conflicts[..] else {
            panic!("{conflicts:?}");
        };
        assert!(attached.line() > line && attached.file().ends_with("attached.rs"));
        let told = conflicts[0].to_string();
        assert!(
            told.contains(&format!("attached.rs:{}", attached.line())),
            "{told}"
        );
        assert_eq!(samples(&all).matches("open 0\n").count(), 1);
        assert!(samples(&all).contains("metrics_hidden_families 0\n"));
        assert!(circle.detach());
        assert_eq!(registry.check(), Ok(()));
    }
}

#[test]
fn constant_labels_of_registries_around_reach_what_else_is_attached() {
    let theirs = prometheus::Registry::new();
    let jobs = prometheus::IntCounter::new("jobs_total", "Jobs.").expect("a good name");
    theirs.register(Box::new(jobs)).expect("a new name");
    let inner = registry("in", &[("b", "2")]);
    let named = inner.attach_named("batch", theirs);
    let all = registry("out", &[("a", "1")]);
    let _ = all.attach(&inner);
    assert_eq!(
        samples(&all),
        "\
jobs_total{a=\"1\",b=\"2\"} 0
metrics_collector_panics_total{a=\"1\",b=\"2\",collector=\"batch\"} 0
metrics_collector_timeouts_total{a=\"1\",b=\"2\",collector=\"batch\"} 0
metrics_hidden_families{a=\"1\"} 0
"
    );
    drop(named.until_dropped());
    assert_eq!(samples(&all), "metrics_hidden_families{a=\"1\"} 0\n");
}

#[test]
fn what_is_taken_out_is_dropped() {
    let (inner, all) = (Registry::new(), Registry::new());
    let pool = pool(&inner);
    let attachment = all.attach(&inner);
    drop(inner);
    assert!(
        samples(&all).contains("open 0\n"),
        "what is attached is kept"
    );
    attachment.detach();
    assert_eq!(Arc::strong_count(&pool), 1);
}
