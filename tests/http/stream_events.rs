//! Events of the application on the stream: as they happen, to who asks, and how it is told what is lost.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use metrics_core::StreamEvent;
use serde::Serialize;
use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest;

use crate::client::{RaisedAtEnd, Running};
use crate::shop::{exporter, shop};
use crate::stream_client::Stream;

/// Each test has a type of its own: events are those of the whole process.
macro_rules! event {
    ($event:ident, $name:literal) => {
        #[derive(Serialize, StreamEvent)]
        #[event($name)]
        struct $event {
            number: u64,
            text: String,
        }

        impl $event {
            #[allow(dead_code, reason = "not all tests say the same")]
            fn emit_one(number: u64) {
                let text = "a \"quoted\" text".to_owned();
                Self { number, text }.emit();
            }
        }
    };
}
event!(Shown, "stream_shown");
event!(Other, "stream_other");
event!(Paused, "stream_paused");
event!(Ended, "stream_ended");
event!(Often, "stream_often");
event!(Kept, "stream_kept");
event!(Many, "stream_many");

fn serve() -> Running {
    let (registry, _shop) = shop();
    Running::new(&exporter(&registry))
}

fn url(running: &Running, query: &str) -> String {
    format!("ws://{}/metrics/stream{query}", running.authority())
}

fn connect(running: &Running, query: &str) -> Stream {
    let mut stream = Stream::connect(&url(running, query));
    stream.next_of("metrics:hello");
    stream
}

#[test]
fn hello_names_the_events_that_there_are() {
    let running = serve();
    let hello = Stream::connect(&url(&running, "")).next_of("metrics:hello");
    let events = hello["events"].as_array().expect("a list");
    for known in ["metrics:stream_shown", "metrics:stream_other"] {
        assert!(events.contains(&json!(known)), "{known} in {hello}");
    }
}

#[test]
fn an_event_is_sent_as_the_application_says_it() {
    let running = serve();
    let mut stream = connect(&running, "?type=metrics:stream_shown");
    Other::emit_one(1);
    Shown::emit_one(2);
    // nothing of values, and no other event
    let frame = stream.next_frame();
    assert_eq!(frame["type"], "metrics:stream_shown");
    assert_eq!(
        frame["data"],
        json!({"number": 2, "text": "a \"quoted\" text"})
    );
    Shown::emit_one(3);
    assert_eq!(stream.next_of("metrics:stream_shown")["number"], 3);
}

#[test]
fn the_state_comes_before_what_happens() {
    let running = serve();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Relaxed) {
                Often::emit_one(1);
                thread::yield_now();
            }
        });
        let _raised = RaisedAtEnd(&over);
        for _ in 0..5 {
            let mut stream = connect(
                &running,
                "?type=metrics:stream_often&type=metrics:snapshot&match=shop_*",
            );
            let frame = stream.next_frame();
            assert_eq!(frame["type"], "metrics:snapshot");
            // told that some were lost, it is told of others
            while stream.next_frame()["type"] != "metrics:stream_often" {}
        }
    });
}

#[test]
fn who_names_no_type_is_sent_every_event() {
    let running = serve();
    let mut stream = connect(&running, "");
    stream.next_of("metrics:snapshot");
    Other::emit_one(71);
    while stream.next_of("metrics:stream_other")["number"] != 71 {}
}

#[test]
fn an_unknown_event_is_refused_with_those_that_there_are() {
    let running = serve();
    let request = url(&running, "?type=metrics:stream_nothing").into_client_request();
    let (status, sentence) = Stream::try_connect(request.expect("a URL"))
        .err()
        .expect("no such event");
    assert_eq!(status, 400);
    for known in ["`metrics:performance`", "`metrics:stream_shown`"] {
        assert!(sentence.contains(known), "{sentence}");
    }
}

#[test]
fn what_happens_during_a_pause_is_not_kept() {
    let running = serve();
    let mut stream = connect(&running, "?type=metrics:stream_paused");
    stream.say(r#"{"op":"pause"}"#);
    stream.frames_until_heard();
    Paused::emit_one(1);
    assert_eq!(stream.frames_until_heard(), [Value::Null; 0]);
    stream.say(r#"{"op":"resume"}"#);
    stream.frames_until_heard();
    Paused::emit_one(2);
    assert_eq!(stream.next_of("metrics:stream_paused")["number"], 2);
}

#[test]
fn an_event_can_be_ended_and_asked_for_again() {
    let running = serve();
    let mut stream = connect(
        &running,
        "?type=metrics:stream_ended&type=metrics:stream_kept",
    );
    stream.say(r#"{"op":"unsubscribe","types":["metrics:stream_ended"]}"#);
    stream.frames_until_heard();
    Ended::emit_one(1);
    Kept::emit_one(2);
    assert_eq!(stream.next_frame()["data"]["number"], 2);
    stream.say(r#"{"op":"subscribe","types":["metrics:stream_ended"]}"#);
    stream.frames_until_heard();
    Kept::emit_one(3);
    Ended::emit_one(4);
    assert_eq!(stream.next_frame()["data"]["number"], 4);
}

#[test]
fn what_a_client_is_too_slow_for_is_told() {
    // three times what the ring and the kernel's buffers hold
    const BURSTS: u64 = 15;
    const BURST: u64 = 40;
    let running = serve();
    let mut stream = connect(&running, "?type=metrics:stream_many");
    let (mut received, mut dropped) = (0, 0);
    let mut hear = || {
        let frame = stream.next_frame();
        let data = &frame["data"];
        if frame["type"] == "metrics:resync" {
            let reason = data["reason"].as_str();
            assert!(
                reason.is_some_and(|reason| reason.contains("events")),
                "{frame}"
            );
            dropped += data["dropped"].as_u64().expect("a number");
        } else {
            // what is lost is told before what came then
            assert_eq!(data["number"], json!(received + dropped));
            received += 1;
        }
        (received, dropped)
    };
    for burst in 0..BURSTS {
        for number in burst * BURST..(burst + 1) * BURST {
            let text = "x".repeat(60_000);
            Many { number, text }.emit();
        }
        // slow, and not silent, which would be its end
        hear();
    }
    let (_, dropped) = loop {
        let (received, dropped) = hear();
        if received + dropped == BURSTS * BURST {
            break (received, dropped);
        }
    };
    assert!(dropped > 0);
}
