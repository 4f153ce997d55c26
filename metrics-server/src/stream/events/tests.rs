//! What clients get of what happens, in which order, and what is told of what they missed.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use metrics_core::StreamEvent;
use serde::Serialize;
use tokio::time::timeout;

use super::*;

const DEADLINE: Duration = Duration::from_secs(20);

fn names(taken: &Taken) -> Vec<String> {
    let events = taken.events.iter();
    events
        .map(|event| format!("{} {}", event.event_type().name(), event.data()))
        .collect()
}

fn dropped(name: &str) -> u64 {
    let by = ByEventType { r#type: name };
    Own::global().stream_events_dropped.with(by).get()
}

#[test]
fn events_come_in_order_over_all_types_and_only_those_that_are_wanted() {
    #[derive(Serialize, StreamEvent)]
    struct OrderA {
        n: u32,
    }
    #[derive(Serialize, StreamEvent)]
    struct OrderB {
        n: u32,
    }

    let ring = EventRing::new();
    assert!(ring.names().contains(&"order_a") && ring.names().is_sorted());
    let mut both = ring.subscribe(|name| name.starts_with("order_"));
    let mut one = ring.subscribe(|name| name == "order_b");
    let emit = |n| {
        OrderA { n }.emit();
        OrderB { n: n + 1 }.emit();
    };
    emit(1);
    let mut late = ring.subscribe(|name| name.starts_with("order_"));
    emit(3);
    let all = [
        r#"order_a {"n":1}"#,
        r#"order_b {"n":2}"#,
        r#"order_a {"n":3}"#,
        r#"order_b {"n":4}"#,
    ];
    assert_eq!(names(&both.take()), all);
    assert_eq!(names(&both.take()), [""; 0]);
    assert_eq!(names(&one.take()), [all[1], all[3]]);
    let late = late.take();
    assert_eq!(names(&late), all[2..]);
    assert_eq!(late.dropped, 0);
}

#[test]
fn a_type_is_listened_to_while_a_client_wants_it() {
    #[derive(Serialize, StreamEvent)]
    struct Wanted {}
    let is_wanted = || Wanted::event_type().is_listened_to();

    let ring = EventRing::new();
    let wants = |name: &str| name == "wanted";
    let none = ring.subscribe(|_| false);
    assert!(!is_wanted());
    let first = ring.subscribe(wants);
    let mut second = ring.subscribe(wants);
    Wanted {}.emit();
    drop(first);
    assert!(is_wanted());
    second.want(|_| false);
    assert!(!is_wanted());
    assert!(ring.0.kept().events.is_empty());
    // what it did not take before it stopped is not for it, nor what came in between
    Wanted {}.emit();
    second.want(wants);
    assert!(is_wanted());
    assert_eq!(names(&second.take()), [""; 0]);
    Wanted {}.emit();
    assert_eq!(names(&second.take()), ["wanted {}"]);
    drop(second);
    assert!(!is_wanted());
    drop(none);
    // no listener keeps it alive
    assert_eq!(Arc::strong_count(&ring.0), 1);
}

#[test]
fn a_client_that_comes_while_the_last_one_leaves_hears_an_event_once() {
    #[derive(Serialize, StreamEvent)]
    struct Flipped {
        n: u32,
    }

    let ring = EventRing::new();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !over.load(Relaxed) {
                    let mut feed = ring.subscribe(|name| name == "flipped");
                    for _ in 0..20 {
                        std::hint::spin_loop();
                    }
                    let heard = names(&feed.take());
                    let mut once = heard.clone();
                    once.dedup();
                    over.fetch_or(heard != once, Relaxed);
                    assert_eq!(heard, once);
                }
            });
        }
        for n in 0..500_000 {
            Flipped { n }.emit();
        }
        over.store(true, Relaxed);
    });
}

#[test]
fn structs_of_one_name_are_one_type() {
    mod other {
        #[derive(serde::Serialize, metrics_core::StreamEvent)]
        #[event("one_name")]
        pub(super) struct Other {}
    }
    #[derive(Serialize, StreamEvent)]
    struct OneName {}

    let ring = EventRing::new();
    let known = ring.names().iter().filter(|name| **name == "one_name");
    assert_eq!(known.count(), 1);
    let mut feed = ring.subscribe(|name| name == "one_name");
    OneName {}.emit();
    other::Other {}.emit();
    assert_eq!(feed.take().events.len(), 2);
}

#[test]
fn a_client_that_wants_more_misses_nothing_of_what_it_wanted_before() {
    #[derive(Serialize, StreamEvent)]
    struct KeptOn {}
    #[derive(Serialize, StreamEvent)]
    struct AddedLater {}

    let ring = EventRing::new();
    let _other = ring.subscribe(|name| name == "added_later");
    let mut feed = ring.subscribe(|name| name == "kept_on");
    let emit = || {
        AddedLater {}.emit();
        KeptOn {}.emit();
    };
    emit();
    feed.want(|name| name == "kept_on" || name == "added_later");
    emit();
    assert_eq!(
        names(&feed.take()),
        ["kept_on {}", "added_later {}", "kept_on {}"]
    );
}

#[test]
fn a_client_that_falls_behind_is_told_how_much_it_missed_of_what_it_wants() {
    #[derive(Serialize, StreamEvent)]
    struct Many {
        n: usize,
    }
    #[derive(Serialize, StreamEvent)]
    struct Few {}

    let ring = EventRing::new();
    let mut slow = ring.subscribe(|name| name == "many" || name == "few");
    let mut few = ring.subscribe(|name| name == "few");
    let mut quick = ring.subscribe(|name| name == "many");
    let mut quick_has = 0;
    Few {}.emit();
    for n in 0..MAX_EVENTS + 10 {
        Many { n }.emit();
        quick_has += quick.take().events.len();
    }
    assert_eq!(ring.0.kept().events.len(), MAX_EVENTS);
    assert_eq!(quick_has, MAX_EVENTS + 10);

    let first = slow.take();
    assert_eq!(first.dropped, 11);
    assert_eq!(first.events.len(), MAX_TAKEN);
    assert_eq!(names(&first)[0], r#"many {"n":10}"#);
    assert_eq!((dropped("many"), dropped("few")), (10, 1));
    // what it missed is told once
    let mut rest = 0;
    loop {
        let more = slow.take();
        assert_eq!(more.dropped, 0);
        if more.events.is_empty() {
            break;
        }
        rest += more.events.len();
    }
    assert_eq!(rest, MAX_EVENTS - MAX_TAKEN);

    let few = few.take();
    assert_eq!((few.dropped, few.events.len()), (1, 0));
    assert_eq!((dropped("many"), dropped("few")), (10, 2));
}

#[test]
fn the_ring_and_what_a_client_takes_are_bounded_in_bytes() {
    #[derive(Serialize, StreamEvent)]
    struct Long {
        text: String,
    }

    let ring = EventRing::new();
    let mut feed = ring.subscribe(|name| name == "long");
    let text = "x".repeat(MAX_EVENT_LEN - r#"{"text":""}"#.len());
    let event = Long { text };
    let fit = MAX_BYTES / MAX_EVENT_LEN;
    (0..fit + 3).for_each(|_| event.emit());
    assert_eq!(ring.0.kept().bytes, MAX_BYTES);
    let taken = feed.take();
    assert_eq!(taken.dropped, 3);
    assert_eq!(taken.events.len(), MAX_TAKEN_BYTES / MAX_EVENT_LEN);
    drop(feed);
    assert_eq!(ring.0.kept().bytes, 0);
}

#[tokio::test]
async fn all_clients_that_wait_are_woken_whoever_of_them_leaves() {
    #[derive(Serialize, StreamEvent)]
    struct Wake {}

    let ring = EventRing::new();
    let wants = |name: &str| name == "wake";
    // the first to wait is the one that is woken, and is gone before it could wake the others
    let mut leaving = ring.subscribe(wants);
    let mut leaves = Box::pin(leaving.ready());
    assert!(timeout(Duration::ZERO, &mut leaves).await.is_err());
    let feeds = (0..10).map(|_| ring.subscribe(wants));
    let waiting = feeds.map(|mut feed| async move {
        feed.ready().await;
        let taken = feed.take().events.len();
        let is_over = timeout(Duration::ZERO, feed.ready()).await.is_err();
        (taken, is_over)
    });
    let waiting: Vec<_> = waiting.map(tokio::spawn).collect();
    // each comes to where it waits
    tokio::task::yield_now().await;
    let emitter = thread::spawn(|| Wake {}.emit());
    emitter.join().expect("no panic");
    drop(leaves);
    for woken in waiting {
        let woken = timeout(DEADLINE, woken).await;
        let woken = woken.expect("all are woken").expect("no panic");
        assert_eq!(woken, (1, true));
    }
}
