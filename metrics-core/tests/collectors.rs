//! Code of users in a gather: it runs before the walk, it may hang or panic, and nobody else is the worse for it.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use metrics_core::{
    Attachment, Counter, FamilyView, Gauge, Metric, MetricSet, Point, Registry, SeriesView,
    TextEncoder, Visitor,
};

/// A tank.
#[derive(MetricSet)]
#[metrics(prefix = "tank", register = false)]
struct Tank {
    /// What is in it, as somebody has told.
    level: Gauge,
    /// How often somebody has told.
    visits: Counter,
}

/// So much patience is enough for everything that does not hang.
const LONG: Duration = Duration::from_secs(30);

/// So much is too little for what hangs, however little it is.
const SHORT: Duration = Duration::from_millis(100);

fn text_within(registry: &Registry, patience: Duration) -> String {
    let mut encoder = TextEncoder::new(Vec::new());
    let walk = registry.gather_until(Instant::now() + patience, &mut encoder);
    assert_eq!(walk, ControlFlow::Continue(()));
    let text = encoder.finish().expect("a `Vec` takes all");
    String::from_utf8(text).expect("text")
}

#[track_caller]
fn assert_lines(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.lines().any(|l| l == *line), "no `{line}` in:\n{text}");
    }
}

/// Where code waits until the test lets it go on; it tells how often it came.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
    came: AtomicU64,
}

impl Gate {
    fn pass(&self) {
        self.came.fetch_add(1, SeqCst);
        let open = self.open.lock().expect("nobody panics");
        let open = self.opened.wait_while(open, |open| !*open);
        drop(open.expect("nobody panics"));
    }

    fn open(&self) {
        *self.open.lock().expect("nobody panics") = true;
        self.opened.notify_all();
    }

    fn came(&self) -> u64 {
        self.came.load(SeqCst)
    }
}

/// The gate opens when the test ends, however it ends.
struct Gated(Arc<Gate>);

impl Gated {
    fn new() -> Self {
        Self(Arc::default())
    }

    fn gate(&self) -> Arc<Gate> {
        Arc::clone(&self.0)
    }
}

impl Drop for Gated {
    fn drop(&mut self) {
        self.0.open();
    }
}

/// A metric of a user's own: the number that a function says, or more than one.
struct Told<F>(F);

impl<F: Fn() -> Vec<u64> + Send + Sync> Metric for Told<F> {
    fn read(&self, visit: &mut dyn FnMut(&Point<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        (self.0)().into_iter().try_for_each(|value| {
            let mut labels = metrics_core::LabelText::default();
            labels.push("value", &value.to_string());
            let value = metrics_core::Value::Number(metrics_core::Number::Unsigned(value));
            visit(&Point::new(labels.labels(), value))
        })
    }
}

/// A set of one family, which is read from `say`.
struct ToldSet(Arc<dyn Metric>);

/// What the set says while it is made: `MetricSet` has no place for arguments.
type Say = Arc<dyn Fn() -> Vec<u64> + Send + Sync>;

thread_local! {
    static SAY: std::cell::RefCell<Option<Say>> = const { std::cell::RefCell::new(None) };
}

impl MetricSet for ToldSet {
    const SET: metrics_core::SetDescriptor = metrics_core::SetDescriptor {
        families: &[metrics_core::Descriptor::new(
            metrics_core::Declaration::new(
                "told",
                "level",
                "What somebody says.",
                metrics_core::Source {
                    file: file!(),
                    line: line!(),
                    package: "tests",
                    module: module_path!(),
                },
            ),
            metrics_core::Kind::Gauge,
            &[metrics_core::LabelDescriptor::open("value", usize::MAX)],
        )],
        ..Tank::SET
    };

    fn detached() -> Self {
        let say = SAY.take().expect("somebody says something");
        Self(Arc::new(Told(move || say())))
    }

    fn families(&self) -> Vec<metrics_core::Family> {
        metrics_core::Family::of_set(Self::SET, &[Arc::clone(&self.0)], &[])
    }
}

fn register_told(registry: &Registry, say: impl Fn() -> Vec<u64> + Send + Sync + 'static) {
    SAY.set(Some(Arc::new(say)));
    ToldSet::register(registry).expect("a free name");
}

fn tank() -> (Registry, Arc<Tank>) {
    let registry = Registry::new();
    let tank = Tank::register(&registry).expect("an empty registry");
    (registry, tank)
}

/// Sets the tank's level, and counts.
fn add_tank_collector(registry: &Registry, tank: &Arc<Tank>, level: i64) -> Attachment {
    let tank = Arc::clone(tank);
    registry.add_collector("tank", move || {
        tank.level.set(level);
        tank.visits.inc();
    })
}

#[test]
fn a_collector_runs_once_before_each_gather_until_it_is_taken_out() {
    let (registry, tank) = tank();
    let collector = add_tank_collector(&registry, &tank, 7);
    assert_lines(
        &registry.encode_text(),
        &["tank_level 7", "tank_visits_total 1"],
    );
    let _ = registry.snapshot();
    assert_lines(&registry.encode_text(), &["tank_visits_total 3"]);
    assert!(collector.detach());
    assert!(!collector.detach(), "it is out already");
    let text = registry.encode_text();
    assert_lines(&text, &["tank_visits_total 3"]);
    assert!(!text.contains("metrics_collector"), "{text}");

    drop(add_tank_collector(&registry, &tank, 8));
    assert_lines(
        &registry.encode_text(),
        &["tank_level 8", "tank_visits_total 4"],
    );
    let guard = add_tank_collector(&registry, &tank, 9).until_dropped();
    assert_lines(
        &registry.encode_text(),
        &["tank_level 9", "tank_visits_total 6"],
    );
    drop(guard);
    assert_lines(
        &registry.encode_text(),
        &["tank_level 8", "tank_visits_total 7"],
    );
}

#[test]
fn a_handle_does_not_keep_the_registry() {
    let (registry, tank) = tank();
    let collector = add_tank_collector(&registry, &tank, 7);
    drop(registry);
    assert!(!collector.detach());
    assert_eq!(
        Arc::strong_count(&tank),
        1,
        "what the collector had is gone"
    );
}

#[test]
fn a_hanging_collector_holds_nobody_and_is_named() {
    let (registry, tank) = tank();
    let gated = Gated::new();
    let (gate, hanging) = (gated.gate(), Arc::clone(&tank));
    registry.add_collector("hangs", move || {
        gate.pass();
        hanging.level.set(1);
    });
    let other = Arc::clone(&tank);
    registry.add_collector("other", move || other.visits.inc());
    let timeouts = |n: u64| format!("metrics_collector_timeouts_total{{collector=\"hangs\"}} {n}");
    for times in 1..=3 {
        let text = text_within(&registry, SHORT);
        assert_lines(
            &text,
            &[
                "tank_level 0",
                &format!("tank_visits_total {times}"),
                &timeouts(times),
                "metrics_collector_timeouts_total{collector=\"other\"} 0",
                "metrics_collector_panics_total{collector=\"hangs\"} 0",
            ],
        );
        assert_eq!(gated.0.came(), 1, "it is not started again");
    }
    gated.0.open();
    // it goes on, and the next gather has a run of its own
    assert_lines(
        &text_within(&registry, LONG),
        &["tank_level 1", &timeouts(3)],
    );
    assert_eq!(gated.0.came(), 2);
}

#[test]
fn a_hanging_read_function_costs_its_own_series() {
    let (registry, tank) = tank();
    let gated = Gated::new();
    let gate = gated.gate();
    register_told(&registry, move || {
        gate.pass();
        vec![3, 4]
    });
    tank.level.set(5);
    let timeouts = |n: u64| format!("metrics_read_timeouts_total{{family=\"told_level\"}} {n}");
    for times in 1..=2 {
        let text = text_within(&registry, SHORT);
        assert_lines(&text, &["tank_level 5", &timeouts(times)]);
        assert!(!text.contains("told_level{"), "{text}");
        assert_eq!(gated.0.came(), 1);
    }
    gated.0.open();
    assert_lines(
        &text_within(&registry, LONG),
        &[
            "told_level{value=\"3\"} 3",
            "told_level{value=\"4\"} 4",
            &timeouts(2),
        ],
    );
}

#[test]
fn many_that_hang_do_not_starve_the_last() {
    let (registry, tank) = tank();
    let gated = Gated::new();
    for number in 0..8 {
        let gate = gated.gate();
        registry.add_collector(format!("hangs_{number}"), move || gate.pass());
    }
    add_tank_collector(&registry, &tank, 7);
    register_told(&registry, || vec![9]);
    let text = text_within(&registry, SHORT * 10);
    assert_lines(&text, &["tank_level 7", "told_level{value=\"9\"} 9"]);
    assert_eq!(text.matches("{collector=\"hangs_").count(), 16, "{text}");
    assert_eq!(gated.0.came(), 8);
}

#[test]
fn gathers_at_once_share_one_that_hangs() {
    let (registry, tank) = tank();
    let gated = Gated::new();
    let gate = gated.gate();
    registry.add_collector("hangs", move || gate.pass());
    register_told(&registry, || vec![9]);
    tank.level.set(5);
    let threads = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..40 {
            scope.spawn(|| {
                let text = text_within(&registry, SHORT * 3);
                assert_lines(&text, &["tank_level 5", "told_level{value=\"9\"} 9"]);
                threads.fetch_max(collecting_threads(), SeqCst);
            });
        }
    });
    assert_eq!(gated.0.came(), 1);
    let text = text_within(&registry, Duration::ZERO);
    assert_lines(
        &text,
        &["metrics_collector_timeouts_total{collector=\"hangs\"} 41"],
    );
    // one hangs, one serves, and few were started because a busy machine was slow; others are those of other tests
    let threads = threads.load(SeqCst);
    assert!(
        (1..20).contains(&threads) || !cfg!(target_os = "linux"),
        "{threads}"
    );
}

/// How many threads there are for code of users, as Linux tells.
fn collecting_threads() -> u64 {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else {
        return 0;
    };
    let names =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names
        .filter(|name| name.trim() == "metrics-collect")
        .count() as u64
}

#[test]
fn a_panic_costs_its_own_and_is_counted() {
    /// Panics again when it is dropped.
    struct Twice;

    impl Drop for Twice {
        fn drop(&mut self) {
            resume_unwind(Box::new("again"));
        }
    }

    let (registry, tank) = tank();
    registry.add_collector("stumbles", || resume_unwind(Box::new("stumbled")));
    registry.add_collector("twice", || resume_unwind(Box::new(Twice)));
    add_tank_collector(&registry, &tank, 7);
    let panics = Arc::new(AtomicBool::new(true));
    let told = Arc::clone(&panics);
    register_told(&registry, move || {
        if told.load(SeqCst) {
            resume_unwind(Box::new("stumbled"));
        }
        vec![1]
    });
    for times in 1..=2 {
        assert_lines(
            &text_within(&registry, LONG),
            &[
                "tank_level 7",
                &format!("metrics_collector_panics_total{{collector=\"stumbles\"}} {times}"),
                &format!("metrics_collector_panics_total{{collector=\"twice\"}} {times}"),
                "metrics_collector_panics_total{collector=\"tank\"} 0",
                "metrics_collector_timeouts_total{collector=\"twice\"} 0",
                &format!("metrics_read_panics_total{{family=\"told_level\"}} {times}"),
                "metrics_read_timeouts_total{family=\"told_level\"} 0",
            ],
        );
    }
    panics.store(false, SeqCst);
    assert_lines(
        &text_within(&registry, LONG),
        &["told_level{value=\"1\"} 1"],
    );
}

#[test]
fn a_gather_in_users_code_reads_all_but_itself() {
    let (registry, tank) = tank();
    tank.level.set(5);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (inner, texts) = (registry.clone(), Arc::clone(&seen));
    registry.add_collector("curious", move || {
        let text = inner.encode_text();
        texts.lock().expect("nobody panics").push(text);
    });
    let (inner, texts) = (registry.clone(), Arc::clone(&seen));
    register_told(&registry, move || {
        let text = inner.encode_text();
        let length = text.len() as u64;
        texts.lock().expect("nobody panics").push(text);
        vec![length]
    });
    let text = text_within(&registry, LONG);
    let seen = seen.lock().expect("nobody panics");
    // the collector's gather reads the function, which gathers once more; then the gather around both reads the function
    assert_eq!(seen.len(), 3, "{seen:?}");
    for seen in seen.iter() {
        assert_lines(seen, &["tank_level 5"]);
    }
    let told = |text: &str| text.matches("told_level{").count();
    assert_eq!(
        seen.iter().map(|text| told(text)).collect::<Vec<_>>(),
        [0, 1, 0]
    );
    assert_eq!(told(&text), 1);
    assert_lines(
        &text,
        &[
            "metrics_collector_timeouts_total{collector=\"curious\"} 0",
            "metrics_read_timeouts_total{family=\"told_level\"} 0",
        ],
    );
}

#[test]
fn what_a_visitor_declines_is_not_run() {
    /// Wants some families, and tells of which it was asked.
    struct Choosy {
        wants: &'static str,
        asked: Vec<String>,
        series: usize,
    }

    impl Visitor for Choosy {
        fn wants(&mut self, family: &FamilyView<'_>) -> bool {
            self.asked.push(family.name.to_owned());
            family.name.starts_with(self.wants)
        }

        fn family(&mut self, _: &FamilyView<'_>) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }

        fn series(&mut self, _: &SeriesView<'_>) -> ControlFlow<()> {
            self.series += 1;
            ControlFlow::Continue(())
        }
    }

    let (registry, _tank) = tank();
    let runs = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&runs);
    register_told(&registry, move || {
        counted.fetch_add(1, SeqCst);
        vec![1]
    });
    for (wants, series, run) in [("tank", 2, 0), ("told", 1, 1), ("nothing", 0, 1)] {
        let mut visitor = Choosy {
            wants,
            asked: Vec::new(),
            series: 0,
        };
        let _ = registry.gather(&mut visitor);
        assert_eq!(
            (visitor.series, runs.load(SeqCst)),
            (series, run),
            "{wants}"
        );
        visitor.asked.sort();
        let trouble = ["metrics_read_panics_total", "metrics_read_timeouts_total"];
        let own = ["tank_level", "tank_visits_total", "told_level"];
        assert_eq!(
            visitor.asked,
            [&trouble[..], &own[..]].concat(),
            "each once"
        );
    }
}

#[test]
fn a_gather_shows_no_run_that_began_before_it() {
    let (registry, _tank) = tank();
    let value = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&value);
    register_told(&registry, move || {
        let value = told.load(SeqCst);
        // others come while it runs
        (0..100).for_each(|_| std::thread::yield_now());
        vec![value]
    });
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let mine = value.fetch_add(1, SeqCst) + 1;
                    let text = text_within(&registry, LONG);
                    let line = text.lines().find(|line| line.starts_with("told_level{"));
                    let shown = line.and_then(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
                    assert!(shown >= Some(mine), "{mine} was there before:\n{text}");
                }
            });
        }
    });
}

#[test]
fn code_runs_on_a_thread_of_its_own() {
    let (registry, _tank) = tank();
    let names = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&names);
    registry.add_collector("thread", move || {
        let name = std::thread::current().name().map(str::to_owned);
        told.lock().expect("nobody panics").extend(name);
    });
    let _ = registry.encode_text();
    assert_eq!(*names.lock().expect("nobody panics"), ["metrics-collect"]);
}
