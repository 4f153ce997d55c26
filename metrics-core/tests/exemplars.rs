//! Exemplars that updates are given: which are kept, of whom, and what becomes of them.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use metrics_core::{
    Counter, FamilyView, Histogram, LabelSet, MetricSet, Outcome, Registry, SeriesView, Value,
    Visitor,
};

#[derive(Clone, Copy, LabelSet)]
struct ByPath<'a> {
    #[label(open, max = 2)]
    path: &'a str,
    outcome: Outcome,
}

/// A shop.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Shop {
    /// Orders.
    orders: Counter,
    /// Money.
    revenue: Counter<(), f64>,
    /// Time of requests.
    #[metric(unit = "seconds", buckets = [0.1, 1.0])]
    latency: Histogram,
    /// Time of payments.
    #[metric(unit = "milliseconds", buckets = [0.5, 10.0], allow(base_unit))]
    payment: Histogram,
    /// Time of jobs, of which nobody knows how long they take.
    #[metric(unit = "seconds", native)]
    job: Histogram,
    /// Sizes of requests.
    #[metric(unit = "bytes", buckets = [10, 100])]
    size: Histogram<ByPath<'static>, u64>,
    /// Requests by path.
    requests: Counter<ByPath<'static>>,
    /// Orders by how they ended.
    endings: Counter<Ended>,
}

#[derive(Clone, Copy, LabelSet)]
struct Ended {
    outcome: Outcome,
}

fn shop() -> (Registry, std::sync::Arc<Shop>) {
    let registry = Registry::new();
    let shop = Shop::register(&registry).expect("an empty registry");
    (registry, shop)
}

/// Every exemplar of a registry, as `family{series} {labels} value`, and when they were.
#[derive(Default)]
struct Seen {
    family: String,
    exemplars: Vec<String>,
    millis: Vec<u64>,
}

impl Visitor for Seen {
    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        family.name.clone_into(&mut self.family);
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        let point = series.point;
        for one in point.exemplars {
            let (family, of, labels) = (&self.family, point.labels.as_str(), one.labels.as_str());
            let text = format!("{family}{{{of}}} {{{labels}}} {}", one.value);
            self.exemplars.push(text);
            self.millis.push(one.millis);
        }
        ControlFlow::Continue(())
    }
}

fn seen(registry: &Registry) -> Seen {
    let mut seen = Seen::default();
    let _ = registry.gather(&mut seen);
    seen
}

fn exemplars(registry: &Registry) -> Vec<String> {
    seen(registry).exemplars
}

fn path(path: &str) -> ByPath<'_> {
    let outcome = Outcome::Ok;
    ByPath { path, outcome }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("after 1970").as_millis() as u64
}

#[test]
fn a_bucket_keeps_its_newest_and_is_shown_in_order() {
    let (registry, shop) = shop();
    assert_eq!(exemplars(&registry), [""; 0]);
    let before = now();
    for (value, trace) in [(7.0, "a"), (0.1, "b"), (0.01, "c"), (0.5, "d")] {
        let labels = [("trace_id", trace), ("span_id", "1")];
        shop.latency.observe_with_exemplar(value, &labels);
    }
    shop.latency.observe(0.02);
    let seen = seen(&registry);
    let expected = [
        "latency_seconds{} {trace_id=\"c\",span_id=\"1\"} 0.01",
        "latency_seconds{} {trace_id=\"d\",span_id=\"1\"} 0.5",
        "latency_seconds{} {trace_id=\"a\",span_id=\"1\"} 7",
    ];
    assert_eq!(seen.exemplars, expected);
    assert!(
        seen.millis
            .iter()
            .all(|millis| (before..=now()).contains(millis))
    );
    assert_eq!(exemplars(&registry), expected, "they are shown again");
    assert!(registry.encode_text().contains("latency_seconds_count 5\n"));
}

#[test]
fn a_histogram_without_bounds_keeps_a_few_that_lie_apart() {
    let (registry, shop) = shop();
    for n in 0..100 {
        let trace = n.to_string();
        let value = f64::from(n) * 0.1;
        shop.job
            .observe_with_exemplar(value, &[("trace_id", &trace)]);
    }
    shop.job
        .observe_with_exemplar(-2.0, &[("trace_id", "last")]);
    let all = exemplars(&registry);
    assert_eq!(all.len(), 10, "{all:?}");
    assert_eq!(all[0], "job_seconds{} {trace_id=\"last\"} -2");
    assert_eq!(all[1], "job_seconds{} {trace_id=\"0\"} 0");
}

#[test]
fn durations_are_in_the_unit_and_in_their_bucket() {
    let (registry, shop) = shop();
    let labels = [("trace_id", "a")];
    // at the bound, so in the bucket below it
    let bound = Duration::from_micros(500);
    shop.payment.observe_duration_with_exemplar(bound, &labels);
    shop.payment
        .with(())
        .observe_duration_with_exemplar(Duration::from_millis(3), &labels);
    shop.latency
        .observe_duration_with_exemplar(Duration::MAX, &labels);
    let text = registry.encode_text();
    assert!(
        text.contains("payment_milliseconds_bucket{le=\"0.5\"} 1\n"),
        "{text}"
    );
    assert_eq!(
        exemplars(&registry),
        [
            "latency_seconds{} {trace_id=\"a\"} 9223372036.854776",
            "payment_milliseconds{} {trace_id=\"a\"} 0.5",
            "payment_milliseconds{} {trace_id=\"a\"} 3",
        ]
    );
}

#[test]
fn a_counter_keeps_the_last() {
    let (registry, shop) = shop();
    shop.orders.inc_with_exemplar(&[("trace_id", "a")]);
    shop.orders.inc_by_with_exemplar(5, &[("trace_id", "b")]);
    shop.orders.inc();
    shop.revenue.inc_by_with_exemplar(1.5, &[("trace_id", "c")]);
    for refused in [-1.0, f64::NAN, f64::INFINITY] {
        shop.revenue
            .inc_by_with_exemplar(refused, &[("trace_id", "d")]);
    }
    let outcome = Outcome::Panic;
    let endings = shop.endings.with(Ended { outcome });
    endings.inc_with_exemplar(&[("trace_id", "e")]);
    assert_eq!(
        (shop.orders.get(), shop.revenue.get(), endings.get()),
        (7, 1.5, 1)
    );
    assert_eq!(
        exemplars(&registry),
        [
            "endings_total{outcome=\"panic\"} {trace_id=\"e\"} 1",
            "orders_total{} {trace_id=\"b\"} 5",
            "revenue_total{} {trace_id=\"c\"} 1.5",
        ]
    );
    let text = registry.encode_text();
    assert!(text.contains("metrics_rejected_updates_total{family=\"revenue_total\"} 3\n"));
}

#[test]
fn what_has_no_legal_exemplar_counts_all_the_same() {
    let (registry, shop) = shop();
    let (longest, too_long) = ("é".repeat(120), "é".repeat(121));
    shop.latency
        .observe_with_exemplar(0.5, &[("trace_id", &longest)]);
    for refused in [
        &[("trace_id", too_long.as_str())][..],
        &[("trace-id", "a")],
        &[("a", "1"), ("a", "2")],
        &[("__a", "1")],
        &[("trace_id", "")],
        &[],
    ] {
        shop.latency.observe_with_exemplar(0.6, refused);
        shop.orders.inc_with_exemplar(refused);
    }
    shop.latency
        .observe_with_exemplar(f64::NAN, &[("trace_id", "a")]);
    let expected = format!("latency_seconds{{}} {{trace_id=\"{longest}\"}} 0.5");
    assert_eq!(exemplars(&registry), [expected]);
    assert_eq!(shop.orders.get(), 6);
    assert!(registry.encode_text().contains("latency_seconds_count 7\n"));
}

#[test]
fn one_that_takes_the_place_of_a_removed_series_has_none_of_its() {
    let (registry, shop) = shop();
    for size in [1, 50, 500] {
        shop.size
            .with(path("/a"))
            .observe_with_exemplar(size, &[("trace_id", "a")]);
    }
    shop.requests
        .with(path("/a"))
        .inc_with_exemplar(&[("trace_id", "a")]);
    assert_eq!(exemplars(&registry).len(), 4);
    assert!(shop.size.remove(path("/a")) && shop.requests.remove(path("/a")));
    let mark = registry.mark();
    assert_eq!(exemplars(&registry).len(), 4, "they are shown once more");
    registry.delivered(mark);
    assert_eq!(exemplars(&registry), [""; 0]);

    shop.size.with(path("/b")).observe(1);
    shop.requests.with(path("/b")).inc();
    assert_eq!(exemplars(&registry), [""; 0]);
    shop.size
        .with(path("/b"))
        .observe_with_exemplar(60, &[("trace_id", "b")]);
    let of_b = "size_bytes{path=\"/b\",outcome=\"ok\"} {trace_id=\"b\"} 60";
    assert_eq!(exemplars(&registry), [of_b]);
}

#[test]
fn a_series_removed_while_it_is_read_is_not_shown_with_those_of_its_successor() {
    struct Replaces<'s>(&'s Registry, &'s Shop, Seen);

    impl Visitor for Replaces<'_> {
        fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
            self.2.family(family)
        }

        fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
            // the series was read, its exemplars were not; the first is shown, the second takes the place of another
            if series.point.labels.as_str().contains("\"/a\"") {
                self.1.requests.remove(path("/b"));
                self.0.delivered(self.0.mark());
                let successor = self.1.requests.with(path("/c"));
                successor.inc_with_exemplar(&[("trace_id", "c")]);
            }
            self.2.series(series)
        }
    }

    let (registry, shop) = shop();
    for (name, trace) in [("/a", "a"), ("/b", "b")] {
        shop.requests
            .with(path(name))
            .inc_with_exemplar(&[("trace_id", trace)]);
    }
    let mut replaces = Replaces(&registry, &shop, Seen::default());
    let _ = registry.gather(&mut replaces);
    let of_a = "requests_total{path=\"/a\",outcome=\"ok\"} {trace_id=\"a\"} 1";
    assert_eq!(replaces.2.exemplars, [of_a]);
    let of_c = "requests_total{path=\"/c\",outcome=\"ok\"} {trace_id=\"c\"} 1";
    assert_eq!(exemplars(&registry), [of_a, of_c]);
}

#[test]
fn what_overflows_has_exemplars_too() {
    let (registry, shop) = shop();
    for name in ["/a", "/b", "/c", "/d"] {
        shop.requests
            .with(path(name))
            .inc_with_exemplar(&[("path", name)]);
    }
    let last = "requests_total{path=\"overflow\",outcome=\"ok\"} {path=\"/d\"} 1";
    let all = exemplars(&registry);
    assert_eq!((all.len(), all.last().map(String::as_str)), (3, Some(last)));
}

#[test]
fn many_threads_lose_no_update_and_mix_up_no_exemplars() {
    const THREADS: u64 = 4;
    const EACH: u64 = 5000;

    struct Checks(u64);

    impl Visitor for Checks {
        fn family(&mut self, _: &FamilyView<'_>) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }

        fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
            let exemplars = series.point.exemplars;
            assert!(exemplars.is_sorted_by(|a, b| a.value < b.value));
            for one in exemplars {
                let labels: Vec<_> = one.labels.pairs().map(|(_, value)| value).collect();
                assert_eq!(labels[0], one.value.to_string());
                let of = format!("path=\"{}\",outcome=\"ok\"", labels[1]);
                assert_eq!(series.point.labels.as_str(), of);
                self.0 += 1;
            }
            if let Value::Histogram(buckets) = series.point.value {
                assert!(exemplars.len() <= buckets.bounds.len() + 1);
            }
            ControlFlow::Continue(())
        }
    }

    let (registry, shop) = shop();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut checks = Checks(0);
            while !done.load(Relaxed) {
                let _ = registry.gather(&mut checks);
            }
            // with all of them, whichever the scheduler let run
            let _ = registry.gather(&mut checks);
            checks.0
        });
        let writers: Vec<_> = (0..THREADS)
            .map(|thread| {
                let shop = &shop;
                scope.spawn(move || {
                    for n in 0..EACH {
                        let name = if (thread + n) % 2 == 0 { "/a" } else { "/b" };
                        let size = thread * EACH + n;
                        let labels = [("size", &*size.to_string()), ("path", name)];
                        shop.size
                            .with(path(name))
                            .observe_with_exemplar(size, &labels);
                        if n % 100 == 0 {
                            // who is still about to count there goes on with what nobody sees
                            shop.requests
                                .with(path(name))
                                .inc_with_exemplar(&[("n", "1"), ("p", name)]);
                            shop.requests.remove(path(name));
                        }
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().expect("no writer panics");
        }
        done.store(true, Relaxed);
        assert!(reader.join().expect("the reader does not panic") > 0);
    });
    let counts = registry.encode_text();
    let count = |name| {
        let start = format!("size_bytes_count{{path=\"{name}\",outcome=\"ok\"}} ");
        let line = counts.lines().find_map(|line| line.strip_prefix(&start));
        line.expect("a series").parse::<u64>().expect("a number")
    };
    assert_eq!(count("/a") + count("/b"), THREADS * EACH);
}

#[test]
fn one_that_is_given_again_and_again_allocates_nothing() {
    let (_registry, shop) = shop();
    let update = || {
        let labels = [("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")];
        for value in [0.01, 0.5, 7.0] {
            shop.latency.observe_with_exemplar(value, &labels);
        }
        shop.requests.with(path("/a")).inc_with_exemplar(&labels);
    };
    update();
    let again = allocation_counter::measure(update);
    assert_eq!(again.count_total, 0, "{again:?}");
}
