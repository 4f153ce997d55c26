//! Sets in sets, constant labels, infos and state sets, by their public face: what depends on the registry.

use prometheus::core::Collector as _;

use metrics_core::{
    Conflict, Counter, Error, Gauge, Histogram, Info, Label, LabelSet, MetricSet, Place, Registry,
    RegistryBuilder, StateSet,
};

#[derive(Clone, Copy, Label)]
enum Phase {
    Idle,
    Busy,
}

#[derive(LabelSet)]
struct Build<'a> {
    #[label(open, max = 1)]
    version: &'a str,
    optimized: bool,
}

/// A pool.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "pool", register = false, labels(pool = "main"))]
struct Pool {
    /// Connections opened.
    opened: Counter,
    /// What the pool does.
    phase: StateSet<Phase>,
    /// Connections.
    #[metric(name = "db_connections")]
    connections: Gauge,
}

/// A program.
#[derive(Debug, MetricSet)]
#[metrics(register = false, labels(zone = "a"))]
struct App {
    /// What was built.
    build: Info<Build<'static>>,
    #[metric(flatten, prefix = "app")]
    pool: Pool,
}

fn registry(with: impl FnOnce(RegistryBuilder) -> RegistryBuilder) -> Registry {
    with(Registry::builder()).build().expect("good names")
}

#[test]
fn all_prefixes_and_constant_labels_come_together() {
    let registry = registry(|b| b.namespace("ns").constant_label("shard", "7"));
    let app = App::register(&registry).expect("an empty registry");
    app.pool.opened.inc();
    app.pool.phase.set(Phase::Busy);
    assert_eq!(
        registry.encode_text(),
        "\
# HELP ns_app_pool_opened_total Connections opened.
# TYPE ns_app_pool_opened_total counter
ns_app_pool_opened_total{shard=\"7\",zone=\"a\",pool=\"main\"} 1
# HELP ns_app_pool_phase What the pool does.
# TYPE ns_app_pool_phase gauge
ns_app_pool_phase{shard=\"7\",zone=\"a\",pool=\"main\",ns_app_pool_phase=\"idle\"} 0
ns_app_pool_phase{shard=\"7\",zone=\"a\",pool=\"main\",ns_app_pool_phase=\"busy\"} 1
# HELP ns_build_info What was built.
# TYPE ns_build_info gauge
# HELP ns_db_connections Connections.
# TYPE ns_db_connections gauge
ns_db_connections{shard=\"7\",zone=\"a\",pool=\"main\"} 0
"
    );
}

#[test]
fn an_info_has_one_series_and_only_after_it_was_set() {
    let registry = Registry::new();
    let app = App::register(&registry).expect("an empty registry");
    let series = || {
        let text = registry.encode_text();
        let lines = text.lines().filter(|line| line.starts_with("build_info"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(series(), [""; 0]);
    for (version, optimized) in [("1.0", false), ("1.1", true)] {
        app.build.set(Build { version, optimized });
        let expected =
            format!("build_info{{zone=\"a\",version=\"{version}\",optimized=\"{optimized}\"}} 1");
        assert_eq!(series(), [expected]);
    }
}

#[test]
fn a_set_is_taken_out_with_what_it_holds() {
    let registry = Registry::new();
    let app = App::register(&registry).expect("an empty registry");
    assert!(registry.unregister(&app));
    assert_eq!(registry.encode_text(), "");
    Pool::register(&registry).expect("the names are free");
}

#[test]
fn labels_of_a_set_may_not_be_those_of_the_registry() {
    let clash = |label: &str| {
        let registry = registry(|b| b.constant_label(label, "x"));
        match App::register(&registry) {
            Err(Error::Conflicts(conflicts)) => conflicts,
            other => panic!("{other:?}"),
        }
    };
    let line_of = |conflict: &Conflict| match conflict {
        Conflict::ConstantLabel { declared, .. } => declared.line,
        other => panic!("{other:?}"),
    };
    let app = App::SET.source.line;
    let lines: Vec<u32> = clash("zone").iter().map(line_of).collect();
    assert_eq!(lines, [app; 4], "every family has it from the outer set");
    let lines: Vec<u32> = clash("pool").iter().map(line_of).collect();
    assert_eq!(lines, [Pool::SET.source.line; 3]);
    let [conflict] = clash("app_pool_phase").try_into().expect("one conflict");
    assert_eq!(line_of(&conflict), Pool::SET.families[1].source().line);
    assert!(
        conflict.to_string().starts_with(
            "`app_pool_phase` has the label `app_pool_phase`, which is also a constant label"
        ),
        "{conflict}"
    );
}

#[test]
fn a_state_set_in_a_namespace_with_colons_has_a_label_without() {
    let registry = registry(|b| b.namespace("team:x"));
    Pool::register(&registry).expect("an empty registry");
    let text = registry.encode_text();
    assert!(
        text.contains("team:x_pool_phase{pool=\"main\",team_x_pool_phase=\"idle\"} 0\n"),
        "{text}"
    );
    let announced = registry.collector();
    assert_eq!(announced.desc().len(), Pool::SET.families.len());
}

#[test]
fn a_state_set_has_its_label_once() {
    let clash = |namespace: &str, label: &str| {
        let registry = registry(|b| b.namespace(namespace).constant_label(label, "x"));
        match Pool::register(&registry) {
            Err(Error::Conflicts(conflicts)) => conflicts.len(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(clash("team:x", "team_x_pool_phase"), 1);

    /// A constant label that only a namespace makes that of the states.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false, labels(team_phase = "x"))]
    struct Labelled {
        /// What it does.
        phase: StateSet<Phase>,
    }

    let namespaced = registry(|b| b.namespace("team"));
    let refused = Labelled::register(&namespaced).expect_err("`team_phase` twice");
    assert!(
        refused
            .to_string()
            .contains("`team_phase` has the label `team_phase`, which is also"),
        "{refused}"
    );
    Labelled::register(&Registry::new()).expect("two names");
}

#[test]
fn a_state_may_be_none() {
    /// What may do nothing.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false)]
    struct Idler {
        /// What it does.
        phase: StateSet<Option<Phase>>,
    }

    let registry = Registry::new();
    let idler = Idler::register(&registry).expect("an empty registry");
    let states = || {
        let text = registry.encode_text();
        ["idle", "busy"].map(|state| text.contains(&format!("phase{{phase=\"{state}\"}} 1\n")))
    };
    for (state, shown, exposed) in [
        (Some(Phase::Busy), Some("busy"), [false, true]),
        (Some(Phase::Idle), Some("idle"), [true, false]),
        (None, None, [false, false]),
    ] {
        idler.phase.set(state);
        assert_eq!(idler.phase.get(), shown);
        assert_eq!(states(), exposed);
    }
}

#[test]
fn an_info_and_what_shares_its_stem_clash() {
    /// A gauge with the stem of the info.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false)]
    struct Stem {
        /// Builds under way.
        build: Gauge,
    }
    /// A counter with the stem of the info.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false)]
    struct Total {
        /// Builds made.
        build: Counter,
    }

    let registry = Registry::new();
    App::register(&registry).expect("an empty registry");
    for refused in [
        Stem::register(&registry).map(|_| ()),
        Total::register(&registry).map(|_| ()),
    ] {
        let refused = refused.expect_err("the family `build` twice").to_string();
        assert!(refused.contains("both `build` in OpenMetrics"), "{refused}");
    }
}

#[test]
fn a_family_called_like_a_series_of_a_histogram_is_hidden() {
    /// A histogram.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false)]
    struct Waits {
        /// Time waited.
        #[metric(unit = "seconds")]
        wait: Histogram,
    }

    // `_created` is one in OpenMetrics alone
    for name in ["wait_seconds_count", "wait_seconds_created"] {
        let registry = Registry::new();
        Waits::register(&registry).expect("an empty registry");
        let theirs = prometheus::Registry::new();
        let gauge = prometheus::IntGauge::new(name, "Another.").expect("a good name");
        theirs.register(Box::new(gauge)).expect("a new name");
        registry.attach(theirs);
        let Err(Error::Conflicts(conflicts)) = registry.check() else {
            panic!("`{name}` twice");
        };
        let [Conflict::SeriesName { family, second, .. }] = conflicts.as_slice() else {
            panic!("{conflicts:?}");
        };
        assert_eq!(family, "wait_seconds");
        assert!(matches!(second, Place::Attached(_)), "{second}");
    }
}

#[test]
fn other_libraries_see_infos_and_state_sets_as_gauges() {
    let registry = Registry::new();
    let app = App::register(&registry).expect("an empty registry");
    app.pool.phase.set(Phase::Idle);
    app.build.set(Build {
        version: "1",
        optimized: true,
    });
    let theirs = prometheus::Registry::new();
    theirs
        .register(Box::new(registry.collector()))
        .expect("names and labels are announced as they are collected");
    let text = prometheus::TextEncoder::new()
        .encode_to_string(&theirs.gather())
        .expect("text");
    for line in [
        "# TYPE build_info gauge",
        "build_info{zone=\"a\",version=\"1\",optimized=\"true\"} 1",
        "# TYPE app_pool_phase gauge",
        "app_pool_phase{zone=\"a\",pool=\"main\",app_pool_phase=\"idle\"} 1",
    ] {
        assert!(
            text.lines().any(|exposed| exposed == line),
            "{line}\n{text}"
        );
    }
}
