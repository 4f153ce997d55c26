//! What is known after frames; and a café that other tests look at.

use std::time::Duration;

use serde_json::json;

use super::*;

/// A state that has been told of a café.
pub(crate) fn cafe() -> State {
    let mut state = State::new();
    let frames = [
        ("metrics:hello", 0, json!({"protocol": 1})),
        (
            "metrics:snapshot",
            0,
            json!({"part": 1, "last": false, "series": [], "families": [
                {"id": 1, "name": "cafe_orders_total", "type": "counter", "unit": "", "help": "Orders taken.", "labels": ["drink"],
                 "source": "src/cafe.rs:12", "package": "cafe"},
                {"id": 2, "name": "cafe_brewing_seconds", "type": "histogram", "unit": "seconds", "help": "Time to make a drink.",
                 "labels": ["drink", "outcome"], "bounds": [0.004, 0.008, 0.016]},
                {"id": 3, "name": "cafe_brewing_now", "type": "gauge", "unit": "", "help": "Drinks being made.", "labels": []},
            ]}),
        ),
        (
            "metrics:snapshot",
            0,
            json!({"part": 2, "last": true, "families": [], "series": [
                {"id": 11, "family": 1, "labels": ["tea"], "value": 1000},
                {"id": 12, "family": 1, "labels": ["espresso"], "value": 2000},
                {"id": 21, "family": 2, "labels": ["tea", "ok"], "value": {"count": 4, "sum": 0.02, "buckets": [0, 4, 4]}},
                {"id": 31, "family": 3, "labels": [], "value": 3},
            ]}),
        ),
    ];
    for (seq, (kind, ts, data)) in frames.into_iter().enumerate() {
        hear(&mut state, seq as u64, kind, ts, data);
    }
    for second in 1..=59 {
        let swing = second % 12;
        let delta = json!({"families": [], "series": [], "removed": [], "values": {
            "11": 1000 + 3 * second, "12": 2000 + second * swing, "31": swing,
            "21": {"count": 4 + second, "sum": 0.02, "buckets": [second, 4 + second, 4 + second]},
        }});
        let performance = json!({
            "seconds": 1.0, "ratios": {}, "rates": {"11": 3, "12": 5 * swing},
            "quantiles": {"21": {"p50": 0.002, "p90": 0.0036, "p95": 0.0038, "p99": 0.00396}},
        });
        let (seq, ts) = (1 + 2 * second, 1000 * second);
        hear(&mut state, seq, "metrics:delta", ts, delta);
        hear(&mut state, seq + 1, "metrics:performance", ts, performance);
    }
    state
}

fn hear(state: &mut State, seq: u64, kind: &str, since: u64, data: serde_json::Value) {
    let frame = Frame {
        kind: kind.to_owned(),
        seq,
        epoch: "one".to_owned(),
        ts: 1_795_280_000_000 + since,
        data,
    };
    state
        .hear(News::Frame(frame), Instant::now())
        .expect("a good frame");
}

#[test]
fn deltas_are_applied_and_read() {
    let mut state = cafe();
    assert_eq!(state.series[&11].value, Value::Number(1177.0));
    assert_eq!(state.series[&11].reading.rate, Some(3.0));
    assert_eq!(state.series[&21].reading.rate, Some(1.0));
    assert_eq!(state.series[&21].history.points().len(), 59);
    let delta = json!({"removed": [12, 99], "values": {"31": 5}, "families": [], "series": [
        {"id": 13, "family": 1, "labels": ["flat_white"], "value": 7},
    ]});
    hear(&mut state, 121, "metrics:delta", 60_000, delta);
    assert!(!state.series.contains_key(&12));
    assert_eq!(state.series[&13].value, Value::Number(7.0));
    assert_eq!(state.series[&31].point(), 5.0);
}

#[test]
fn an_interval_in_which_nothing_happens_is_read_too() {
    let mut state = cafe();
    let ticks = state.ticks;
    let idle = json!({"seconds": 2.0, "ratios": {}, "rates": {"11": 0}, "quantiles": {
        "21": {"p50": 0.002, "p90": 0.0036, "p95": 0.0038, "p99": 0.00396},
    }});
    hear(&mut state, 121, "metrics:performance", 61_000, idle);
    assert_eq!(state.ticks, ticks + 1);
    for id in [11, 21] {
        assert_eq!(state.series[&id].reading.rate, Some(0.0));
        assert_eq!(state.series[&id].history.points().last(), Some(&0.0));
    }
}

#[test]
fn a_snapshot_replaces_what_was_known() {
    let mut state = cafe();
    hear(
        &mut state,
        0,
        "metrics:snapshot",
        70_000,
        json!({"part": 1, "last": true, "families": [], "series": []}),
    );
    assert!(state.series.is_empty());
}

#[test]
fn what_is_lost_is_shown_until_it_comes_back() {
    let mut state = cafe();
    let now = Instant::now();
    let wait = Duration::from_secs(1);
    let lost = News::Lost {
        why: "gone".to_owned(),
        wait,
    };
    state.hear(lost, now).expect("it goes on");
    assert_eq!(
        state.link,
        Link::Lost {
            why: "gone".to_owned(),
            until: now + wait
        }
    );
    assert_eq!(state.series.len(), 4);
    assert_eq!(
        state.hear(News::Refused("no".to_owned()), now),
        Err("no".to_owned())
    );
}
