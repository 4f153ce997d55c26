//! Whom the stream refuses, and what it does not put up with.

use serde_json::json;
use tungstenite::Message;
use tungstenite::client::IntoClientRequest;

use crate::client::{Running, get, wait_for};
use crate::shop::{exporter, shop};
use crate::stream_client::{Stream, from_origin};

fn url(running: &Running, query: &str) -> String {
    format!("ws://{}/metrics/stream{query}", running.authority())
}

#[test]
fn pages_of_other_hosts_are_refused() {
    let (registry, _shop) = shop();
    let exporter = metrics_server::Exporter::builder()
        .registry(&registry)
        .allow_origin("https://ops.example.com")
        .build()
        .expect("a good origin");
    let running = Running::new(&exporter);
    let own_page = format!("http://{}", running.authority());
    let url = url(&running, "");
    for origin in [
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        "https://ops.example.com.evil.example",
    ] {
        let refused = Stream::try_connect(from_origin(&url, origin)).err();
        let (status, sentence) = refused.unwrap_or_else(|| panic!("{origin} was let in"));
        assert_eq!(status, 403, "{origin}");
        assert!(
            sentence.contains(origin) && sentence.contains("allow_origin"),
            "{sentence}"
        );
    }
    for origin in [own_page.as_str(), "https://ops.example.com"] {
        let mut stream = Stream::try_connect(from_origin(&url, origin)).expect(origin);
        stream.next_of("metrics:hello");
    }
    Stream::connect(&url).next_of("metrics:hello");
}

#[test]
fn beyond_the_most_clients_it_is_503() {
    let (registry, _shop) = shop();
    let exporter = metrics_server::Exporter::builder()
        .registry(&registry)
        .max_stream_clients(2)
        .build()
        .expect("good settings");
    let running = Running::new(&exporter);
    let url = url(&running, "");
    let connect = || Stream::try_connect(url.as_str().into_client_request().expect("a URL"));
    let (mut first, mut second) = (connect().expect("room"), connect().expect("room"));
    first.next_of("metrics:hello");
    second.next_of("metrics:hello");
    let (status, sentence) = connect().err().expect("no room");
    assert_eq!(status, 503);
    assert!(sentence.contains("its most clients, 2"), "{sentence}");
    // nobody who is in suffers, and who leaves makes room
    second.next_of("metrics:snapshot");
    drop(first);
    wait_for("room", || connect().ok()).next_of("metrics:hello");
}

#[test]
fn a_bad_query_is_refused_with_what_is_allowed() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let mistakes = [
        ("?type=metrics:nothing", "`metrics:snapshot`"),
        ("?interval_ms=99", "from 100 to 60000"),
        ("?interval_ms=60001", "from 100 to 60000"),
        ("?interval_ms=-1", "from 100 to 60000"),
        ("?interval_ms=soon", "from 100 to 60000"),
        ("?match=a%20b", "use letters, digits"),
        ("?match=", "use letters, digits"),
        ("?labels=payment", "labels=name=value"),
    ];
    for (query, allowed) in mistakes {
        let request = url(&running, query).into_client_request().expect("a URL");
        let refused = Stream::try_connect(request).err();
        let (status, sentence) = refused.unwrap_or_else(|| panic!("{query} was let in"));
        assert_eq!(status, 400, "{query}");
        assert!(sentence.contains(allowed), "{query}: {sentence}");
    }
    for bound in ["?interval_ms=100", "?interval_ms=60000"] {
        Stream::connect(&url(&running, bound)).next_of("metrics:hello");
    }
}

#[test]
fn a_request_that_is_no_handshake_is_refused() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    assert_eq!(get(&running.url("/metrics/stream")).status, 400);
}

#[test]
fn the_subprotocol_is_accepted_where_it_is_offered() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let mut request = url(&running, "").into_client_request().expect("a URL");
    let offered = "other.v9, metricset.v1+json".parse().expect("a header");
    request
        .headers_mut()
        .insert("Sec-WebSocket-Protocol", offered);
    let mut stream = Stream::try_connect(request).expect("a stream");
    assert_eq!(
        stream.response.headers()["sec-websocket-protocol"],
        "metricset.v1+json"
    );
    stream.next_of("metrics:hello");
}

#[test]
fn a_message_with_a_mistake_is_answered_and_the_connection_stays() {
    let (registry, shop) = shop();
    let running = Running::new(&exporter(&registry));
    let mut stream = Stream::connect(&url(&running, "?interval_ms=100"));
    stream.next_of("metrics:snapshot");
    let mistakes = [
        (r#"{"op":"shout","id":7}"#, json!(7), "`subscribe`"),
        (
            r#"{"op":"subscribe","id":8,"interval_ms":1}"#,
            json!(8),
            "from 100 to 60000",
        ),
        (
            r#"{"op":"subscribe","id":9,"match":["["]}"#,
            json!(9),
            "use letters, digits",
        ),
        (
            r#"{"op":"subscribe","id":10,"types":["x"]}"#,
            json!(10),
            "`metrics:snapshot`",
        ),
        ("hello", json!(null), "`subscribe`"),
    ];
    for (message, id, mend) in mistakes {
        stream.say(message);
        let error = stream.next_of("metrics:error");
        assert_eq!(error["id"], id, "{message}: {error}");
        assert!(error["code"].is_string(), "{message}: {error}");
        assert!(
            error["message"].as_str().is_some_and(|m| m.contains(mend)),
            "{message}: {error}"
        );
    }
    stream.say_message(Message::binary(vec![1, 2, 3]));
    stream.next_of("metrics:error");
    shop.customers.inc();
    stream.next_of("metrics:delta");
}

#[test]
fn a_message_too_long_closes_with_1009() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let mut stream = Stream::connect(&url(&running, ""));
    stream.say(&" ".repeat(64 * 1024 + 1));
    assert_eq!(stream.close_code(), Some(1009));
}

#[test]
fn too_many_messages_close_with_1008() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let mut stream = Stream::connect(&url(&running, ""));
    // all at once: the server hears them as fast as it can, on any machine within some second
    for _ in 0..2000 {
        stream.say_unless_closed(r#"{"op":"resume"}"#);
    }
    assert_eq!(stream.close_code(), Some(1008));
}

#[test]
fn a_large_state_comes_in_parts() {
    let registry = crate::large::registry();
    let running = Running::new(&exporter(registry));
    let mut stream = Stream::connect(&url(&running, "?match=clicks_total"));
    let mut parts = Vec::new();
    while parts
        .last()
        .is_none_or(|part: &serde_json::Value| part["last"] != true)
    {
        parts.push(stream.next_of("metrics:snapshot"));
    }
    assert!(parts.len() > 1, "{} parts", parts.len());
    let mut series = 0;
    for (index, part) in parts.iter().enumerate() {
        assert_eq!(part["part"], index + 1);
        series += part["series"].as_array().expect("series").len();
    }
    assert_eq!(series, crate::large::SERIES);
}
