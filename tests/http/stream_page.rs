//! The page of the protocol and its schema: what they say must be what is sent, and what they show must be right.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::stream_client::{assert_valid, schema_of};

const PAGE: &str = include_str!("../../metrics-server/docs/stream.md");

/// The examples of the page: the blocks of JSON.
fn examples() -> Vec<Value> {
    let blocks = PAGE.split("```json\n").skip(1);
    blocks
        .map(|block| {
            let text = block.split("```").next().unwrap_or_default();
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in: {text}"))
        })
        .collect()
}

/// The example of a type of frame.
fn frame(kind: &str) -> Value {
    let kind = format!("metrics:{kind}");
    let found = examples().into_iter().find(|value| value["type"] == *kind);
    found.unwrap_or_else(|| panic!("the page shows no {kind}"))
}

#[test]
fn every_example_of_the_page_is_of_the_schema() {
    let (frames, requests) = (schema_of("frame"), schema_of("request"));
    let mut shown = BTreeSet::new();
    for example in examples() {
        let (schema, name) = match (&example["type"], &example["op"]) {
            (Value::String(name), Value::Null) => (&frames, name),
            (Value::Null, Value::String(name)) => (&requests, name),
            _ => panic!("neither a frame nor a request: {example}"),
        };
        assert_valid(schema, &example);
        shown.insert(name.clone());
    }
    let own = [
        "hello",
        "snapshot",
        "delta",
        "performance",
        "heartbeat",
        "resync",
        "error",
        "bye",
        "hit",
    ];
    let frames = own.map(|name| format!("metrics:{name}"));
    let requests = ["subscribe", "unsubscribe", "pause", "resume"].map(str::to_owned);
    assert_eq!(shown, frames.into_iter().chain(requests).collect());
}

/// The example of a type of frame, with another value at this place.
fn with(kind: &str, path: &str, value: Value) -> Value {
    let mut frame = frame(kind);
    let mut place = &mut frame;
    for step in path.split('/') {
        place = match step.parse::<usize>() {
            Ok(index) if place.is_array() => &mut place[index],
            _ => &mut place[step],
        };
    }
    *place = value;
    frame
}

#[test]
fn the_schema_refuses_what_is_no_frame() {
    let schema = schema_of("frame");
    for (kind, path, value) in [
        ("heartbeat", "more", json!(1)),
        ("heartbeat", "seq", json!(-1)),
        ("heartbeat", "type", json!("heartbeat")),
        ("heartbeat", "data/more", json!(1)),
        ("hello", "data/protocol", json!(2)),
        ("hello", "data/events", json!(["hit"])),
        ("hello", "data/limits", json!({})),
        ("snapshot", "data/part", json!(0)),
        ("snapshot", "data/rates", json!({})),
        ("snapshot", "data/series/0/value", Value::Null),
        ("snapshot", "data/series/0/value", json!("42")),
        ("snapshot", "data/series/0/rate", json!(1)),
        ("snapshot", "data/families/0/bounds", json!([1])),
        ("snapshot", "data/families/0/derived", json!("rate")),
        ("snapshot", "data/families/0/source", json!("src/llm.rs")),
        ("delta", "data/total_messages", json!(1)),
        ("delta", "data/values", json!({"seven": 1})),
        ("delta", "data/removed", json!(["9"])),
        ("performance", "data/quantiles/8", json!({"p50": 1})),
        ("performance", "data/series", json!([])),
        ("performance", "data/seconds", Value::Null),
        ("resync", "data/dropped", Value::Null),
        ("error", "data/code", json!("oops")),
    ] {
        let frame = with(kind, path, value);
        assert!(!schema.is_valid(&frame), "{path}: {frame}");
    }
}

#[test]
fn the_schema_refuses_what_is_no_request() {
    let schema = schema_of("request");
    for request in [
        json!({}),
        json!({"op": "shout"}),
        json!({"op": "pause", "types": []}),
        json!({"op": "subscribe", "interval_ms": 99}),
        json!({"op": "subscribe", "match": "cafe_*"}),
        json!({"op": "subscribe", "match": ["["]}),
        json!({"op": "subscribe", "types": ["metrics:hello"]}),
        json!({"op": "subscribe", "id": "one"}),
    ] {
        assert!(!schema.is_valid(&request), "{request}");
    }
}
