//! What a registry takes, refuses and tells, by its public face.

use std::ops::ControlFlow;

use metrics_core::{
    Conflict, Counter, Error, FamilyView, Gauge, Histogram, Label, LabelSet, MetricSet, Place,
    Registry, SeriesView, Visitor,
};

#[derive(Clone, Copy, Label)]
enum Method {
    Get,
    Post,
}

#[derive(Clone, Copy, LabelSet)]
struct ByMethod {
    method: Method,
}

/// A set to clash with.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct First {
    /// Requests.
    requests: Counter<ByMethod>,
    /// Latency.
    #[metric(unit = "seconds")]
    latency: Histogram,
}

/// One family clashes, one does not.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Second {
    /// Requests, once more.
    requests: Counter,
    /// Something else.
    depth: Gauge,
}

/// Called like a series of the first set's histogram.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Third {
    /// Not a count of latencies.
    #[metric(name = "latency_seconds_max")]
    fine: Gauge,
}

#[test]
fn a_clash_is_refused_whole_and_told_with_both_places() {
    let registry = Registry::new();
    let first = First::register(&registry).expect("an empty registry takes anything");
    first.latency.observe(0.1);
    let before = registry.encode_text();

    let refused = Second::register(&registry).expect_err("`requests_total` is there");
    let Error::Conflicts(conflicts) = &refused else {
        panic!("{refused}");
    };
    let [
        Conflict::SameName {
            name,
            first,
            second,
        },
    ] = conflicts.as_slice()
    else {
        panic!("{refused}");
    };
    assert_eq!(name, "requests_total");
    let (Place::Declared(first), Place::Declared(second)) = (first, second) else {
        panic!("{refused}");
    };
    assert!(first.line < second.line && first.file == second.file);
    assert!(
        refused
            .to_string()
            .contains(&format!("registry.rs:{}", first.line))
    );
    assert!(
        refused
            .to_string()
            .contains(&format!("registry.rs:{}", second.line))
    );
    assert_eq!(
        registry.encode_text(),
        before,
        "not even `depth` was registered"
    );

    let twice = First::register(&registry).expect_err("it is there");
    let twice = twice.to_string();
    assert!(twice.contains("from the same declaration"), "{twice}");
    assert!(twice.contains("take the set that has it out"), "{twice}");

    Third::register(&registry).expect("`_max` is no series of a histogram");
}

#[test]
fn a_set_that_was_taken_out_can_come_again() {
    let registry = Registry::new();
    let first = First::register(&registry).expect("an empty registry");
    first
        .requests
        .with(ByMethod {
            method: Method::Post,
        })
        .inc();
    assert!(registry.unregister(&first));
    assert!(!registry.unregister(&first), "it is out already");
    assert_eq!(registry.encode_text(), "");
    First::register(&registry).expect("the names are free again");
    assert!(
        registry
            .encode_text()
            .contains("requests_total{method=\"post\"} 0\n")
    );
}

#[test]
fn names_of_the_registry_itself_are_taken() {
    /// A family that is called as one of the registry, in OpenMetrics.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false)]
    struct Own {
        /// Not the registry's.
        metrics_label_overflows: Gauge,
    }

    /// The same, with the namespace `metrics`.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false)]
    struct Stem {
        /// Not the registry's.
        collector_timeouts: Counter,
    }

    let registry = |namespace: &str| {
        let registry = Registry::builder().namespace(namespace).build();
        registry.expect("a good name")
    };
    Own::register(&registry("")).expect_err("the registry's own");
    Stem::register(&registry("metrics")).expect_err("the registry's own");
    // with another namespace it has another name; that of the registry's own families stays
    Own::register(&registry("app")).expect("a free name");
    Stem::register(&registry("")).expect("a free name");
}

#[test]
fn a_constant_label_without_a_value_is_none() {
    let registry = Registry::builder().constant_label("env", "").build();
    let registry = registry.expect("a good name");
    Third::register(&registry).expect("an empty registry");
    let text = registry.encode_text();
    assert!(text.contains("\nlatency_seconds_max 0\n"), "{text}");
}

#[test]
fn names_of_a_registry_are_checked() {
    let bad = [
        Registry::builder().namespace("1st"),
        Registry::builder().namespace("a-b"),
        Registry::builder().constant_label("le", "1"),
        Registry::builder().constant_label("__name__", "1"),
        Registry::builder().constant_label("", "1"),
        Registry::builder()
            .constant_label("a", "1")
            .constant_label("a", "2"),
    ];
    for builder in bad {
        let shown = format!("{builder:?}");
        assert!(builder.build().is_err(), "{shown}");
    }
}

#[test]
fn a_constant_label_may_not_hide_a_label() {
    let registry = Registry::builder()
        .constant_label("method", "all")
        .build()
        .expect("a good label");
    let refused = First::register(&registry).expect_err("`requests_total` has the label `method`");
    assert!(
        refused.to_string().contains("also a constant label"),
        "{refused}"
    );
}

#[test]
fn what_would_make_a_value_wrong_is_refused_and_counted() {
    /// Floats.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false)]
    struct Floats {
        /// Energy.
        #[metric(unit = "joules")]
        energy: Counter<(), f64>,
        /// Sizes.
        #[metric(unit = "bytes")]
        sizes: Histogram,
    }

    let registry = Registry::new();
    let floats = Floats::register(&registry).expect("an empty registry");
    for wrong in [-1.0, f64::NAN, f64::INFINITY] {
        floats.energy.inc_by(wrong);
    }
    floats.sizes.observe(f64::NAN);
    floats.sizes.observe(f64::INFINITY);
    assert_eq!(floats.energy.get(), 0.0);
    let text = registry.encode_text();
    assert!(
        text.contains("metrics_rejected_updates_total{family=\"energy_joules_total\"} 3\n"),
        "{text}"
    );
    assert!(
        text.contains("metrics_rejected_updates_total{family=\"sizes_bytes\"} 1\n"),
        "{text}"
    );
    assert!(
        text.contains("sizes_bytes_count 1\n") && text.contains("sizes_bytes_sum +Inf\n"),
        "{text}"
    );
}

#[test]
fn totals_are_exact_over_many_threads() {
    let registry = Registry::new();
    let first = First::register(&registry).expect("an empty registry");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10_000 {
                    first
                        .requests
                        .with(ByMethod {
                            method: Method::Get,
                        })
                        .inc();
                    first.latency.observe(0.25);
                }
            });
        }
    });
    let text = registry.encode_text();
    assert!(
        text.contains("requests_total{method=\"get\"} 80000\n"),
        "{text}"
    );
    assert!(text.contains("latency_seconds_sum 20000\n"), "{text}");
    assert!(text.contains("latency_seconds_count 80000\n"), "{text}");
}

#[test]
fn names_that_openmetrics_has_once_clash() {
    /// A gauge with the stem of the first set's counter.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false)]
    struct Stem {
        /// Requests under way.
        requests: Gauge,
    }

    let registry = Registry::new();
    First::register(&registry).expect("an empty registry");
    let refused = Stem::register(&registry).expect_err("the family `requests` twice");
    assert!(
        refused
            .to_string()
            .contains("are both `requests` in OpenMetrics"),
        "{refused}"
    );
}

#[test]
fn a_collector_in_an_attached_registry_is_no_circle() {
    let registry = Registry::new();
    let first = First::register(&registry).expect("an empty registry");
    first.latency.observe(0.5);
    let theirs = prometheus::Registry::new();
    theirs
        .register(Box::new(registry.collector()))
        .expect("new names");
    registry.attach(theirs);
    let text = registry.encode_text();
    assert_eq!(
        text.matches("latency_seconds_count 1\n").count(),
        1,
        "{text}"
    );
    // each of ours is there a second time, and hidden
    assert!(text.contains("metrics_hidden_families 2\n"), "{text}");
    assert!(registry.check().is_err());
}

#[test]
fn labels_of_attached_series_win_over_constant_labels() {
    let registry = Registry::builder()
        .constant_label("shard", "7")
        .build()
        .expect("a good label");
    let theirs = prometheus::Registry::new();
    let jobs =
        prometheus::IntCounterVec::new(prometheus::Opts::new("jobs_total", "Jobs."), &["shard"]);
    let jobs = jobs.expect("a good name");
    jobs.with_label_values(&["1"]).inc();
    theirs.register(Box::new(jobs)).expect("a new name");
    registry.attach(theirs);
    let text = registry.encode_text();
    assert!(text.contains("jobs_total{shard=\"1\"} 1\n"), "{text}");
    assert!(
        text.contains("metrics_hidden_families{shard=\"7\"} 0\n"),
        "{text}"
    );
}

#[test]
fn durations_are_observed_in_the_unit_of_the_family() {
    /// Latencies.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false)]
    struct Latencies {
        /// In milliseconds.
        #[metric(unit = "milliseconds", buckets = [10.0, 100.0], allow(base_unit))]
        hop: Histogram,
    }

    let registry = Registry::new();
    let latencies = Latencies::register(&registry).expect("an empty registry");
    latencies
        .hop
        .observe_duration(std::time::Duration::from_millis(20));
    let text = registry.encode_text();
    assert!(text.contains("hop_milliseconds_sum 20\n"), "{text}");
    assert!(
        text.contains("hop_milliseconds_bucket{le=\"10\"} 0\n"),
        "{text}"
    );
    assert!(
        text.contains("hop_milliseconds_bucket{le=\"100\"} 1\n"),
        "{text}"
    );
}

#[test]
fn a_gauge_keeps_the_sign_of_zero() {
    /// Levels.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false)]
    struct Levels {
        /// A level.
        level: Gauge<(), f64>,
    }

    let registry = Registry::new();
    let levels = Levels::register(&registry).expect("an empty registry");
    levels.level.set(-0.0);
    assert!(registry.encode_text().contains("\nlevel -0\n"));
}

/// What a library counts.
#[derive(MetricSet)]
#[metrics(prefix = "library", register = false)]
struct Library {
    /// Calls.
    calls: Counter,
    /// Calls that failed.
    errors: Counter,
}

#[test]
fn a_registry_has_one_instance_of_a_set_for_all_who_ask() {
    let registry = Registry::new();
    let all: Vec<_> = std::thread::scope(|scope| {
        let askers = [(); 8].map(|()| scope.spawn(|| registry.instance::<Library>()));
        let all = askers.map(|asker| asker.join().expect("no panic"));
        all.into_iter().inspect(|set| set.calls.inc()).collect()
    });
    assert!(registry.encode_text().contains("library_calls_total 8\n"));
    registry.check().expect("no clash with itself");

    let other = Registry::new();
    other.instance::<Library>().calls.inc();
    assert!(other.encode_text().contains("library_calls_total 1\n"));

    // taken out, it can come again
    assert!(registry.unregister(&all[0]));
    assert_eq!(registry.encode_text(), "");
    registry.instance::<Library>().calls.inc();
    assert!(registry.encode_text().contains("library_calls_total 1\n"));
}

#[test]
fn an_instance_leaves_names_to_those_who_had_them_and_tells_it() {
    /// The program's own.
    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Own {
        /// What the program calls so.
        library_errors: Counter,
    }
    let registry = Registry::new();
    let own = Own::register(&registry).expect("no clash");
    own.library_errors.inc();
    for _ in 0..2 {
        registry.instance::<Library>().calls.inc();
        registry.instance::<Library>().errors.inc_by(5);
    }
    let text = registry.encode_text();
    assert!(text.contains("library_calls_total 2\n"), "{text}");
    assert!(text.contains("library_errors_total 1\n"), "{text}");
    assert!(text.contains("metrics_hidden_families 1\n"), "{text}");
    let told = registry.check().expect_err("a clash").to_string();
    assert_eq!(told.matches("library_errors_total").count(), 1, "{told}");
}

#[test]
fn a_visitor_that_panics_ends_the_walk() {
    struct Panics(usize);

    impl Visitor for Panics {
        fn family(&mut self, _: &FamilyView<'_>) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }

        fn series(&mut self, _: &SeriesView<'_>) -> ControlFlow<()> {
            self.0 += 1;
            panic!("half a series");
        }
    }

    let registry = Registry::new();
    First::register(&registry).expect("an empty registry takes anything");
    let mut visitor = Panics(0);
    let walk = std::panic::AssertUnwindSafe(|| registry.gather(&mut visitor));
    assert!(std::panic::catch_unwind(walk).is_err());
    assert_eq!(visitor.0, 1);
}
