//! Clients of one sampler, without connections: what they share, and what those are told who miss ticks.

use std::future::Future;
use std::thread;
use std::time::{Duration, Instant};

use metrics_core::{Counter, Gauge, LabelSet, MetricSet, Registry};

use super::*;

#[derive(Clone, LabelSet)]
struct ByUser {
    #[label(open, max = 20_000)]
    user: usize,
}

/// For the tests of values.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Shop {
    /// Orders.
    orders: Counter,
    /// What is there.
    stock: Gauge,
    /// Clicks by user.
    clicks: Counter<ByUser>,
}

fn shop() -> (Registry, Arc<Shop>, Sampler) {
    let registry = Registry::new();
    let shop = Shop::register(&registry).expect("an empty registry");
    let sampler = Sampler::new(registry.clone(), None);
    (registry, shop, sampler)
}

fn wanted(query: &[(&str, &str)]) -> Subscription {
    let interval = ("interval_ms", "100");
    // the last that is said holds
    let pairs = [&interval].into_iter().chain(query);
    let pairs: Vec<_> = pairs.map(|(k, v)| ((*k).into(), (*v).into())).collect();
    Subscription::from_query(&pairs).expect("a good query")
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let within = tokio::time::timeout(Duration::from_secs(60), future).await;
        within.expect("it comes before the deadline")
    })
}

/// A client that has begun, and the parts of its snapshot.
fn begun(sampler: &Sampler, query: &[(&str, &str)]) -> (Values, Joined) {
    let mut values = Values::join(sampler, &wanted(query)).expect("something of values");
    let News::Begin(joined) = wait(values.next()) else {
        panic!("a tick before the state to begin with");
    };
    let joined = joined.expect("a state that can be encoded");
    values.begun(joined.tick);
    (values, joined)
}

fn tick(values: &mut Values) -> Arc<GroupTick> {
    match wait(values.next()) {
        News::Tick(tick) => tick,
        News::Begin(_) => panic!("it has begun already"),
    }
}

/// The next delta for a client that is told of every tick.
fn delta(values: &mut Values) -> serde_json::Value {
    loop {
        let tick = tick(values);
        match values.told(&tick) {
            Told::Frames {
                delta: Some(delta), ..
            } => return serde_json::from_str(delta).expect("JSON"),
            Told::Frames { delta: None, .. } => {}
            Told::Resync => panic!("nothing is forgotten"),
        }
    }
}

/// The new values, whatever their ids.
fn numbers(delta: &serde_json::Value) -> Vec<u64> {
    let values = delta["values"].as_object().expect("an object");
    values.values().filter_map(|value| value.as_u64()).collect()
}

#[test]
fn clients_that_ask_for_the_same_share_what_is_encoded() {
    let (_registry, shop, sampler) = shop();
    let (mut first, _) = begun(&sampler, &[("match", "orders_total")]);
    let (mut second, _) = begun(&sampler, &[("match", "orders_total")]);
    let (mut other, _) = begun(&sampler, &[("match", "stock")]);
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        assert!(Instant::now() < deadline, "they are never told of one tick");
        shop.orders.inc();
        shop.stock.inc();
        let (one, two) = (tick(&mut first), tick(&mut second));
        if one.number == two.number {
            assert!(Arc::ptr_eq(&one, &two));
            break;
        }
    }
    let ids = |delta: serde_json::Value| {
        let values = delta["values"].as_object().expect("an object");
        values.keys().cloned().collect::<Vec<_>>()
    };
    shop.orders.inc();
    shop.stock.inc();
    assert_ne!(ids(delta(&mut first)), ids(delta(&mut other)));
}

#[test]
fn who_joins_at_one_tick_shares_the_snapshot() {
    let (_registry, _shop, sampler) = shop();
    let all: Vec<_> = (0..10)
        .map(|_| Values::join(&sampler, &wanted(&[])).expect("values"))
        .collect();
    let states = all.into_iter().map(|mut values| match wait(values.next()) {
        News::Begin(joined) => (joined.expect("a state"), values),
        News::Tick(_) => panic!("a tick before the state to begin with"),
    });
    let states: Vec<_> = states.collect();
    let mut ticks: Vec<_> = states.iter().map(|(joined, _)| joined.tick).collect();
    ticks.dedup();
    let shared = states.windows(2).all(|pair| {
        let [(one, _), (two, _)] = pair else {
            return false;
        };
        one.tick != two.tick || Arc::ptr_eq(&one.parts, &two.parts)
    });
    // the first may have come so early that its walk had begun when the others came
    assert!(shared && ticks.len() <= 2, "{ticks:?}");
}

#[test]
fn who_misses_ticks_is_told_of_all_of_them_at_once() {
    let (_registry, shop, sampler) = shop();
    let only = [("match", "orders_total")];
    let (mut slow, _) = begun(&sampler, &only);
    let (mut quick, _) = begun(&sampler, &only);
    for _ in 0..3 {
        shop.orders.inc();
        delta(&mut quick);
    }
    // the newest tick alone waits for it, and it stands before the one that begins there
    let missed = tick(&mut slow);
    assert!(matches!(
        slow.told(&missed),
        Told::Frames { delta: None, .. }
    ));
    assert_eq!(numbers(&delta(&mut slow)), [3]);
    shop.orders.inc();
    assert_eq!(
        numbers(&delta(&mut slow)),
        [4],
        "it is among the others again"
    );
}

#[test]
fn who_pauses_is_told_of_all_that_has_changed_since() {
    let (_registry, shop, sampler) = shop();
    let only = [("match", "orders_total")];
    let (mut paused, _) = begun(&sampler, &only);
    paused.pause();
    let (mut other, _) = begun(&sampler, &[("match", "stock")]);
    for _ in 0..3 {
        shop.orders.inc();
        shop.stock.inc();
        delta(&mut other);
    }
    paused.resume();
    assert_eq!(numbers(&delta(&mut paused)), [3], "alone in its group");
}

#[test]
fn who_resumes_among_clients_of_figures_is_told_of_all_that_has_changed_since() {
    let (_registry, shop, sampler) = shop();
    let of_orders = ("match", "orders_total");
    let (mut figures, _) = begun(&sampler, &[of_orders, ("type", "metrics:performance")]);
    let (mut paused, _) = begun(&sampler, &[of_orders]);
    // until both stand at one tick
    shop.orders.inc();
    delta(&mut paused);
    shop.orders.inc();
    let Stage::At(since) = paused.stage else {
        panic!("it has begun");
    };
    paused.pause();
    while tick(&mut figures).number <= since {}
    paused.resume();
    // the tick that it was not told of may be the first, and the next is at whose end it waits
    let told = (0..4).find_map(|_| {
        let tick = tick(&mut paused);
        match paused.told(&tick) {
            Told::Frames { delta, .. } => delta.map(str::to_owned),
            Told::Resync => panic!("nothing is forgotten"),
        }
    });
    let told = told.expect("it is told of what has changed");
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(numbers(&told), [2]);
}

#[test]
fn who_joins_between_distant_ticks_is_told_at_the_next_however_many_join() {
    let (_registry, shop, sampler) = shop();
    let join = || {
        let query = [("match", "orders_total"), ("interval_ms", "3000")];
        let query = query.map(|(k, v)| (k.to_owned(), v.to_owned()));
        let wanted = Subscription::from_query(&query).expect("a good query");
        let mut values = Values::join(&sampler, &wanted).expect("something of values");
        let News::Begin(Ok(joined)) = wait(values.next()) else {
            panic!("no state to begin with");
        };
        values.begun(joined.tick);
        values
    };
    // each at a tick of its own
    let mut all: Vec<_> = (0..25).map(|_| join()).collect();
    shop.orders.inc();
    let last = all.last_mut().expect("some clients");
    let first_tick = tick(last);
    assert!(matches!(
        last.told(&first_tick),
        Told::Frames { delta: Some(_), .. }
    ));
}

#[test]
fn who_has_left_again_leaves_nothing_to_encode() {
    let (_registry, _shop, sampler) = shop();
    let (stays, _) = begun(&sampler, &[("interval_ms", "60000")]);
    for _ in 0..5 {
        drop(begun(&sampler, &[("interval_ms", "60000")]));
    }
    assert!(stays.feed.waiting() <= 1);
}

#[test]
fn who_missed_more_removals_than_are_remembered_begins_again() {
    let (registry, shop, sampler) = shop();
    for user in 0..10_001 {
        shop.clicks.with(ByUser { user }).inc();
    }
    let (mut slow, joined) = begun(&sampler, &[("match", "clicks_total")]);
    assert!(joined.parts.len() > 1);
    slow.pause();
    let (mut other, _) = begun(&sampler, &[("match", "stock")]);
    registry.unregister(&shop);
    let begins_again = |values: &mut Values| {
        // it may be told of the tick at which it joined first
        (0..3).any(|_| {
            let tick = tick(values);
            matches!(values.told(&tick), Told::Resync)
        })
    };
    assert!(begins_again(&mut other), "it was there all the time");
    slow.resume();
    assert!(begins_again(&mut slow));
    slow.begin_again();
    let News::Begin(Ok(joined)) = wait(slow.next()) else {
        panic!("no state to begin with");
    };
    let part: serde_json::Value = serde_json::from_str(&joined.parts[0]).expect("JSON");
    assert_eq!(part["series"], serde_json::json!([]));
}

#[test]
fn a_tick_at_which_nothing_changed_wakes_nobody() {
    let (_registry, shop, sampler) = shop();
    let (mut idle, joined) = begun(&sampler, &[("match", "orders_total")]);
    let (mut busy, _) = begun(&sampler, &[("match", "stock")]);
    for _ in 0..3 {
        shop.stock.inc();
        delta(&mut busy);
    }
    let woken = wait(async {
        let short = Duration::from_millis(1);
        tokio::time::timeout(short, idle.next()).await.ok()
    });
    if let Some(News::Tick(tick)) = woken {
        assert_eq!(tick.number, joined.tick, "for more than that it joined");
    }
    shop.orders.inc();
    assert_eq!(numbers(&delta(&mut idle)), [1]);
}

#[test]
fn without_clients_nothing_runs_and_ids_go_on() {
    let (_registry, _shop, sampler) = shop();
    let wait_until_idle = || {
        let deadline = Instant::now() + Duration::from_secs(60);
        while sampler.is_running() {
            assert!(Instant::now() < deadline, "it goes on without clients");
            thread::sleep(Duration::from_millis(1));
        }
    };
    let ids = |joined: &Joined| -> Vec<u64> {
        let part: serde_json::Value = serde_json::from_str(&joined.parts[0]).expect("JSON");
        let series = part["series"].as_array().expect("a list").iter();
        series.filter_map(|series| series["id"].as_u64()).collect()
    };
    assert!(!sampler.is_running());
    let (values, joined) = begun(&sampler, &[]);
    assert!(sampler.is_running());
    let first = ids(&joined);
    drop(values);
    wait_until_idle();
    let (values, joined) = begun(&sampler, &[]);
    let then = ids(&joined);
    assert!(first.iter().max() < then.iter().min(), "{first:?} {then:?}");
    drop(values);
    wait_until_idle();
    assert!(Values::join(&sampler, &wanted(&[("type", "metrics:snapshot")])).is_some());
}
