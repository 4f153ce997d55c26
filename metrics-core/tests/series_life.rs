//! The life of a series of open labels: since when it counts, how it leaves, who keeps it, when it is gone.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use metrics_core::{
    Counter, FamilyView, Gauge, Histogram, LabelSet, MetricSet, Outcome, OwnedSeries, Registry,
    SeriesView, Visitor,
};

#[derive(Clone, Copy, LabelSet)]
struct ByPeer<'a> {
    #[label(open, max = 4)]
    peer: &'a str,
    outcome: Outcome,
}

/// A server.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Server {
    /// Calls.
    calls: Counter<ByPeer<'static>>,
    /// Sizes.
    sizes: Histogram<ByPeer<'static>, u64>,
    /// Open files.
    files: Gauge<ByPeer<'static>>,
    /// Restarts.
    restarts: Counter,
}

fn server() -> (Registry, Arc<Server>) {
    let registry = Registry::new();
    let server = Server::register(&registry).expect("an empty registry");
    (registry, server)
}

fn ok(peer: &str) -> ByPeer<'_> {
    ByPeer {
        peer,
        outcome: Outcome::Ok,
    }
}

fn error(peer: &str) -> ByPeer<'_> {
    ByPeer {
        peer,
        outcome: Outcome::Error,
    }
}

/// The series of a family, without its name.
fn shown(registry: &Registry, family: &str) -> Vec<String> {
    let text = registry.encode_text();
    let series = text.lines().filter_map(|line| line.strip_prefix(family));
    series.map(str::to_owned).collect()
}

/// As a scrape does it.
fn scraped(registry: &Registry, family: &str) -> Vec<String> {
    let mark = registry.mark();
    let shown = shown(registry, family);
    registry.delivered(mark);
    shown
}

/// Since when each series of a walk counts, by the name of the family and the labels.
#[derive(Default)]
struct Created {
    family: String,
    of: Vec<(String, u64)>,
}

impl Visitor for Created {
    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        self.family = family.name.to_owned();
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        let name = format!("{}{{{}}}", self.family, series.point.labels.as_str());
        self.of.push((name, series.point.created_millis));
        ControlFlow::Continue(())
    }
}

fn millis() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("after 1970").as_millis() as u64
}

/// Until the clock shows more than it does.
fn pass_a_millisecond() {
    let (began, deadline) = (millis(), Instant::now() + Duration::from_secs(5));
    while millis() <= began {
        assert!(Instant::now() < deadline, "the clock goes on");
    }
}

#[test]
fn every_series_knows_since_when_it_counts() {
    let before = millis();
    let (registry, server) = server();
    pass_a_millisecond();
    let made = millis();
    server.calls.with(ok("a")).inc();
    server.sizes.with(ok("a")).observe(1);
    server.files.with(ok("a")).inc();
    pass_a_millisecond();
    let later = millis();
    server.calls.with(error("a")).inc();
    for peer in ["b", "c", "d", "past the cap"] {
        server.calls.with(ok(peer)).inc();
    }
    let mut walk = Created::default();
    let _ = registry.gather(&mut walk);
    let created = |name: &str| {
        let of = walk.of.iter().find(|(series, _)| series == name);
        of.unwrap_or_else(|| panic!("{name}: {:?}", walk.of)).1
    };
    // with the family
    for name in [
        "restarts_total{}",
        "calls_total{peer=\"overflow\",outcome=\"ok\"}",
    ] {
        assert!((before..made).contains(&created(name)), "{name}");
    }
    for name in [
        "calls_total{peer=\"a\",outcome=\"ok\"}",
        "sizes{peer=\"a\",outcome=\"ok\"}",
    ] {
        assert!((made..later).contains(&created(name)), "{name}");
    }
    // the labels were there, but not this series
    assert!(created("calls_total{peer=\"a\",outcome=\"error\"}") >= later);
    assert_eq!(created("files{peer=\"a\",outcome=\"ok\"}"), 0);
}

#[test]
fn a_series_that_comes_back_counts_since_then() {
    let (registry, server) = server();
    server.calls.with(ok("a")).inc();
    server.calls.remove(ok("a"));
    pass_a_millisecond();
    let again = millis();
    server.calls.with(ok("a")).inc();
    let mut walk = Created::default();
    let _ = registry.gather(&mut walk);
    let of_calls = walk.of.iter().filter(|(name, _)| name.starts_with("calls"));
    let created: Vec<u64> = of_calls.map(|(_, millis)| *millis).collect();
    assert!(
        matches!(created[..], [millis] if millis >= again),
        "{created:?}"
    );
}

#[test]
fn only_what_left_before_the_mark_has_been_delivered() {
    let (registry, server) = server();
    server.calls.with(ok("a")).inc();
    server.calls.with(ok("b")).inc();
    server.calls.remove(ok("a"));
    let mark = registry.mark();
    server.calls.remove(ok("b"));
    let b = "{peer=\"b\",outcome=\"ok\"} 1";
    let both = ["{peer=\"a\",outcome=\"ok\"} 1", b];
    assert_eq!(shown(&registry, "calls_total"), both);
    assert_eq!(
        shown(&registry, "calls_total"),
        both,
        "a walk delivers nothing"
    );
    registry.delivered(mark);
    assert_eq!(shown(&registry, "calls_total"), [b]);
    registry.delivered(mark);
    assert_eq!(scraped(&registry, "calls_total"), [b]);
    assert_eq!(scraped(&registry, "calls_total"), [""; 0]);
}

#[test]
fn what_comes_back_is_shown_alone() {
    let (registry, server) = server();
    // a text that fits into a row, and one that does not
    for peer in ["a", &"long ".repeat(40)] {
        server.calls.with(ok(peer)).inc_by(7);
        server.calls.with(error(peer)).inc_by(8);
        assert!(server.calls.remove(ok(peer)));
        assert!(!server.calls.remove(error(peer)), "it has left");
        assert_eq!(shown(&registry, "calls_total").len(), 2);
        server.calls.with(error(peer)).inc();
        assert_eq!(
            scraped(&registry, "calls_total"),
            [format!("{{peer=\"{peer}\",outcome=\"error\"}} 1")]
        );
        assert!(server.calls.remove(ok(peer)));
        scraped(&registry, "calls_total");
        assert_eq!(shown(&registry, "calls_total"), [""; 0]);
    }
}

#[test]
fn what_nobody_scrapes_does_not_pile_up() {
    let (registry, server) = server();
    for n in 0..100 {
        server.calls.with(ok(&n.to_string())).inc_by(n);
        server.calls.remove(ok(&n.to_string()));
    }
    // as many as the cap, the last to have left
    let last = (96..100).map(|n| format!("{{peer=\"{n}\",outcome=\"ok\"}} {n}"));
    assert_eq!(shown(&registry, "calls_total"), last.collect::<Vec<_>>());
    // which take no room from those that come
    for peer in ["a", "b", "c", "d"] {
        server.calls.with(ok(peer)).inc();
    }
    let all = shown(&registry, "calls_total");
    assert_eq!(all.len(), 8);
    assert!(
        !all.iter().any(|series| series.contains("overflow")),
        "{all:?}"
    );
}

#[test]
fn a_series_leaves_with_its_last_owner() {
    let (registry, server) = server();
    let first = server.files.own(ok("a"));
    let second = server.files.own(ok("a"));
    first.child().set(5);
    second.child().inc();
    server.files.with(ok("a")).inc();
    assert_eq!(first.child().get(), 7);
    drop(first);
    let a = "{peer=\"a\",outcome=\"ok\"} ";
    assert_eq!(scraped(&registry, "files"), [format!("{a}7")]);
    second.child().dec();
    std::thread::spawn(move || drop(second))
        .join()
        .expect("it is sent");
    assert_eq!(shown(&registry, "files"), [format!("{a}6")]);
    assert_eq!(scraped(&registry, "files"), [format!("{a}6")]);
    assert_eq!(shown(&registry, "files"), [""; 0]);
    let _third = server.files.own(ok("a"));
    assert_eq!(scraped(&registry, "files"), [format!("{a}0")]);
    assert_eq!(scraped(&registry, "files"), [format!("{a}0")]);
}

#[test]
fn every_kind_of_metric_has_owners() {
    let (registry, server) = server();
    let calls = server.calls.own(ok("a"));
    let sizes = server.sizes.own(ok("a"));
    calls.child().inc_by(3);
    sizes.child().observe(4);
    drop((calls, sizes));
    let a = "{peer=\"a\",outcome=\"ok\"} ";
    assert_eq!(shown(&registry, "sizes_sum"), [format!("{a}4")]);
    assert_eq!(scraped(&registry, "calls_total"), [format!("{a}3")]);
    assert_eq!(shown(&registry, "sizes_sum"), [""; 0]);
    assert_eq!(shown(&registry, "calls_total"), [""; 0]);
}

#[test]
fn past_the_cap_an_owner_has_the_overflow_series_which_stays() {
    let (registry, server) = server();
    let owners = ["a", "b", "c", "d", "past", "the cap"].map(|peer| server.files.own(ok(peer)));
    for owner in &owners {
        owner.child().inc();
    }
    drop(owners);
    let overflow = "{peer=\"overflow\",outcome=\"ok\"} 2";
    assert_eq!(scraped(&registry, "files").len(), 5);
    assert_eq!(scraped(&registry, "files"), [overflow]);
    assert_eq!(
        shown(&registry, "metrics_label_overflows_total{family=\"files\"}"),
        [" 2"]
    );
    let _room = server.files.own(ok("the cap"));
    assert_eq!(scraped(&registry, "files").len(), 2);
}

#[test]
fn a_removal_wins_against_an_owner() {
    let (registry, server) = server();
    let owner = server.files.own(ok("a"));
    owner.child().set(1);
    assert!(server.files.remove(ok("a")));
    owner.child().set(2);
    let a = "{peer=\"a\",outcome=\"ok\"} ";
    assert_eq!(scraped(&registry, "files"), [format!("{a}2")]);
    // nobody reads it, and nobody else gets its cells
    owner.child().set(3);
    for n in 0..40_000 {
        server.files.with(ok(&n.to_string())).inc();
        assert!(server.files.remove(ok(&n.to_string())));
    }
    assert_eq!(owner.child().get(), 3);
    let all = shown(&registry, "files");
    assert!(all.iter().all(|series| series.ends_with(" 1")), "{all:?}");
    // it has nothing to do with what comes after
    let next = server.files.own(ok("a"));
    drop(owner);
    scraped(&registry, "files");
    assert_eq!(scraped(&registry, "files"), [format!("{a}0")]);
    drop(next);
}

#[test]
fn rows_that_were_removed_from_their_owners_are_used_again() {
    let (registry, server) = server();
    // more than there are rows
    for n in 0..40_000 {
        let owner = server.files.own(ok(&n.to_string()));
        server.files.remove(ok(&n.to_string()));
        if n % 8 != 0 {
            registry.delivered(registry.mark());
        }
        drop(owner);
    }
    assert_eq!(
        shown(&registry, "metrics_label_overflows_total{family=\"files\"}"),
        [" 0"]
    );
}

#[test]
fn an_owner_may_be_dropped_while_series_are_shown() {
    struct Drops(Option<OwnedSeries<Gauge<ByPeer<'static>>>>, usize);

    impl Visitor for Drops {
        fn family(&mut self, _: &FamilyView<'_>) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }

        fn series(&mut self, _: &SeriesView<'_>) -> ControlFlow<()> {
            self.0 = None;
            self.1 += 1;
            ControlFlow::Continue(())
        }
    }

    let (registry, server) = server();
    let mut walk = Drops(Some(server.files.own(ok("a"))), 0);
    let _ = registry.gather(&mut walk);
    assert!(walk.1 > 0);
    scraped(&registry, "files");
    assert_eq!(shown(&registry, "files"), [""; 0]);
}

/// Time in which nothing is used; by the clock of a test's scope.
#[cfg(feature = "testing")]
mod time {
    use metrics_core::testing::{Clock, Scope};

    use super::*;

    #[derive(Clone, Copy, LabelSet)]
    struct ById<'a> {
        #[label(open, max = 5000)]
        id: &'a str,
        outcome: Outcome,
    }

    /// Sessions.
    #[derive(Debug, MetricSet)]
    #[metrics(register = false)]
    struct Sessions {
        /// Calls.
        #[metric(idle = "10m")]
        calls: Counter<ById<'static>>,
        /// Calls that are kept.
        kept: Counter<ById<'static>>,
        /// Open files.
        #[metric(idle = "10m")]
        files: Gauge<ById<'static>>,
    }

    fn sessions() -> (Registry, Arc<Sessions>, Clock) {
        let scope = Scope::new();
        let registry = Registry::new();
        let sessions = scope.run(|| Sessions::register(&registry));
        (
            registry,
            sessions.expect("an empty registry"),
            scope.clock(),
        )
    }

    fn ok(id: &str) -> ById<'_> {
        ById {
            id,
            outcome: Outcome::Ok,
        }
    }

    fn line(id: &str, value: u64) -> String {
        format!("{{id=\"{id}\",outcome=\"ok\"}} {value}")
    }

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn what_is_not_used_for_so_long_leaves_and_what_is_used_stays() {
        let (registry, sessions, clock) = sessions();
        let long = "of a very long name ".repeat(30);
        for id in ["used", "idle", &long] {
            sessions.calls.with(ok(id)).inc();
            sessions.kept.with(ok(id)).inc();
        }
        let all = [line("used", 1), line("idle", 1), line(&long, 1)];
        // a sixteenth later at the latest, and then it is shown once more
        let mut last_seen = 0;
        for minute in 1..=20 {
            clock.advance(MINUTE);
            let now = scraped(&registry, "calls_total");
            if now.contains(&all[1]) {
                last_seen = minute;
            } else {
                assert_eq!(now, [line("used", minute)]);
            }
            sessions.calls.with(ok("used")).inc();
            assert_eq!(sessions.calls.with(ok("used")).get(), minute + 1);
        }
        assert!((10..=13).contains(&last_seen), "{last_seen}");
        assert_eq!(shown(&registry, "kept_total"), all);
        // it begins anew
        sessions.calls.with(ok("idle")).inc();
        assert_eq!(
            scraped(&registry, "calls_total"),
            [line("used", 21), line("idle", 1)]
        );
    }

    #[test]
    fn nothing_leaves_before_its_time() {
        let (registry, sessions, clock) = sessions();
        for minute in 1..=40_i32 {
            clock.advance(MINUTE);
            // at the end of a tick
            sessions.calls.with(ok(&minute.to_string())).inc();
            let now = scraped(&registry, "calls_total");
            // ten minutes later it leaves, shown; then it is delivered
            let first = (minute - 11).max(1);
            let left: Vec<_> = (first..=minute).map(|m| line(&m.to_string(), 1)).collect();
            assert_eq!(now.len(), left.len(), "{minute}: {now:?}");
            assert!(left.iter().all(|line| now.contains(line)), "{now:?}");
        }
    }

    #[test]
    fn what_leaves_is_delivered_in_its_final_state() {
        let (registry, sessions, clock) = sessions();
        let held = sessions.calls.with(ok("a"));
        scraped(&registry, "calls_total");
        clock.advance(MINUTE);
        scraped(&registry, "calls_total");
        clock.advance(10 * MINUTE);
        // found to have left in this walk, which may have shown it before
        assert_eq!(scraped(&registry, "calls_total"), [line("a", 0)]);
        held.inc();
        assert_eq!(scraped(&registry, "calls_total"), [line("a", 1)]);
        assert_eq!(scraped(&registry, "calls_total"), [""; 0]);
    }

    #[test]
    fn what_is_gathered_seldom_loses_nothing_that_was_used_in_between() {
        let (registry, sessions, clock) = sessions();
        for hours in 1..10 {
            clock.advance(30 * MINUTE);
            sessions.calls.with(ok("a")).inc();
            clock.advance(30 * MINUTE);
            assert_eq!(scraped(&registry, "calls_total"), [line("a", hours)]);
        }
        clock.advance(60 * MINUTE);
        scraped(&registry, "calls_total");
        scraped(&registry, "calls_total");
        assert_eq!(scraped(&registry, "calls_total"), [""; 0]);
    }

    #[test]
    fn one_of_its_children_keeps_a_combination() {
        let (registry, sessions, clock) = sessions();
        sessions.calls.with(ok("a")).inc();
        for _ in 0..30 {
            clock.advance(MINUTE);
            let outcome = Outcome::Panic;
            sessions.calls.with(ById { id: "a", outcome }).inc();
            let now = scraped(&registry, "calls_total");
            assert_eq!(now.first(), Some(&line("a", 1)));
            assert_eq!(now.len(), 2, "{now:?}");
        }
    }

    #[test]
    fn what_has_an_owner_does_not_idle() {
        let (registry, sessions, clock) = sessions();
        let owner = sessions.files.own(ok("a"));
        owner.child().set(1);
        let all = |now: Vec<String>| now.join(" ");
        for _ in 0..30 {
            clock.advance(MINUTE);
            assert_eq!(all(scraped(&registry, "files")), line("a", 1));
        }
        // as many minutes later as if it had just been used
        drop(owner);
        scraped(&registry, "files");
        assert_eq!(all(scraped(&registry, "files")), "");
    }

    /// More than are asked at once, in more than one page.
    #[test]
    fn however_many_idle_they_all_leave_and_their_rows_are_used_again() {
        let (registry, sessions, clock) = sessions();
        for round in 0..12 {
            for n in 0..5000 {
                sessions.calls.with(ok(&format!("{round}-{n}"))).inc();
            }
            for _ in 0..2 {
                clock.advance(MINUTE);
                assert_eq!(scraped(&registry, "calls_total").len(), 5000, "{round}");
                clock.advance(10 * MINUTE);
            }
            scraped(&registry, "calls_total");
            scraped(&registry, "calls_total");
            assert_eq!(shown(&registry, "calls_total"), [""; 0]);
        }
    }

    #[test]
    fn what_nobody_scrapes_is_shown_for_five_minutes() {
        let (registry, sessions, clock) = sessions();
        sessions.kept.with(ok("a")).inc();
        sessions.kept.remove(ok("a"));
        clock.advance(Duration::from_secs(299));
        sessions.kept.with(ok("b")).inc();
        sessions.kept.remove(ok("b"));
        let (a, b) = (line("a", 1), line("b", 1));
        assert_eq!(shown(&registry, "kept_total"), [a.clone(), b.clone()]);
        clock.advance(Duration::from_secs(1));
        // once more, in case that nobody has walked before
        assert_eq!(shown(&registry, "kept_total"), [a, b.clone()]);
        assert_eq!(shown(&registry, "kept_total"), [b]);
    }
}
