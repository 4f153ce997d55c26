//! What a client asks for: types of frames, a filter, an interval; at connect or by a message.
//! A pure reading of the query and of inbound messages, with a sentence for every mistake.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::types::Types;
use crate::filter::Filter;

/// The interval of a client that names none.
const DEFAULT_INTERVAL_MS: u64 = 1000;

/// The shortest and the longest interval that a client may ask for, by the protocol.
pub(crate) const INTERVAL_BOUNDS_MS: [u64; 2] = [100, 60_000];

/// What a client may ask of the server.
const OPS: &str = "`subscribe`, `unsubscribe`, `pause` and `resume`";

/// What one client is sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Subscription {
    pub(crate) types: Types,
    pub(crate) filter: Filter,
    pub(crate) interval: Duration,
}

/// What a client said.
#[derive(Debug, PartialEq)]
pub(crate) enum Request {
    Subscribe(Subscription),
    /// Ends these types, or all.
    Unsubscribe(Option<Types>),
    Pause,
    Resume,
}

/// Why a message was refused, and which.
#[derive(Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) id: Option<u64>,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    /// For a message that is not text.
    pub(crate) fn binary() -> Self {
        Self {
            id: None,
            code: "bad_message",
            message: format!(
                "binary messages are not read; send text: an object with an `op` of {OPS}"
            ),
        }
    }
}

#[derive(Deserialize)]
struct Message {
    op: String,
    #[serde(default)]
    types: Vec<String>,
    #[serde(default, rename = "match")]
    globs: Vec<String>,
    #[serde(default)]
    labels: HashMap<String, String>,
    #[serde(default)]
    interval_ms: Option<u64>,
}

impl Subscription {
    /// Reads `type=`, `match=`, `labels=name=value` and `interval_ms=`.
    pub(crate) fn from_query(pairs: &[(String, String)]) -> Result<Self, String> {
        let mut types = Vec::new();
        let mut filter = Filter::default();
        let mut interval = None;
        for (key, value) in pairs {
            match key.as_str() {
                "type" => types.push(value.as_str()),
                "match" => filter.add_glob(value)?,
                "labels" => filter.add_label_pair(value)?,
                "interval_ms" => interval = Some(value.parse().map_err(|_| bad_interval(value))?),
                _ => {}
            }
        }
        Self::new(&types, filter, interval)
    }

    fn new(types: &[&str], filter: Filter, interval_ms: Option<u64>) -> Result<Self, String> {
        let types = if types.is_empty() {
            Types::unasked()
        } else {
            Types::named(types)?
        };
        let interval = interval_ms.unwrap_or(DEFAULT_INTERVAL_MS);
        let [least, most] = INTERVAL_BOUNDS_MS;
        if interval < least || interval > most {
            return Err(bad_interval(&interval.to_string()));
        }
        Ok(Self {
            types,
            filter,
            interval: Duration::from_millis(interval),
        })
    }
}

fn bad_interval(value: &str) -> String {
    let [least, most] = INTERVAL_BOUNDS_MS;
    format!("`{value}` is no interval; give whole milliseconds from {least} to {most}")
}

impl Request {
    /// Reads a message, and the id by which it is answered.
    pub(crate) fn from_text(text: &str) -> Result<Self, Refusal> {
        let unreadable = |id, error: serde_json::Error| Refusal {
            id,
            code: "bad_message",
            message: format!(
                "the message cannot be read: {error}; send an object with an `op` of {OPS}"
            ),
        };
        // in two steps, so that a message whose other parts are wrong is answered by its id
        let value: Value = serde_json::from_str(text).map_err(|error| unreadable(None, error))?;
        let id = value.get("id").and_then(Value::as_u64);
        let message: Message =
            serde_json::from_value(value).map_err(|error| unreadable(id, error))?;
        let refusal = |code, message| Refusal { id, code, message };
        match message.op.as_str() {
            "subscribe" => message
                .subscription()
                .map(Self::Subscribe)
                .map_err(|message| refusal("bad_subscription", message)),
            "unsubscribe" if message.types.is_empty() => Ok(Self::Unsubscribe(None)),
            "unsubscribe" => Types::named(&message.types())
                .map(|types| Self::Unsubscribe(Some(types)))
                .map_err(|message| refusal("bad_subscription", message)),
            "pause" => Ok(Self::Pause),
            "resume" => Ok(Self::Resume),
            op => Err(refusal(
                "unknown_op",
                format!("`{op}` is no op; there are {OPS}"),
            )),
        }
    }
}

impl Message {
    fn subscription(&self) -> Result<Subscription, String> {
        let mut filter = Filter::default();
        for glob in &self.globs {
            filter.add_glob(glob)?;
        }
        for (name, value) in &self.labels {
            filter.add_label(name, value)?;
        }
        Subscription::new(&self.types(), filter, self.interval_ms)
    }

    fn types(&self) -> Vec<&str> {
        self.types.iter().map(String::as_str).collect()
    }
}

/// What must be true of whatever a client says; for the targets of `fuzz/`.
#[cfg(fuzzing)]
pub(crate) mod fuzzing {
    use super::{INTERVAL_BOUNDS_MS, Request, Subscription};

    fn check(read: &Subscription) {
        let [least, most] = INTERVAL_BOUNDS_MS;
        let interval = read.interval.as_millis();
        assert!((u128::from(least)..=u128::from(most)).contains(&interval));
        assert!(!read.types.is_empty(), "a client that is sent nothing");
    }

    pub(crate) fn query(pairs: &[(String, String)]) -> Result<(), String> {
        Subscription::from_query(pairs).map(|read| check(&read))
    }

    /// A message that says the same with its parts in another order is read the same, and every refusal has a sentence.
    pub(crate) fn message(text: &str) -> Result<(), String> {
        let read = Request::from_text(text);
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(text) {
            // in the order of names
            let again = Request::from_text(&value.to_string());
            assert_eq!(again.is_ok(), read.is_ok(), "{text}");
        }
        match read {
            Ok(Request::Subscribe(subscription)) => check(&subscription),
            Ok(_) => {}
            Err(refusal) => {
                assert!(!refusal.message.is_empty() && !refusal.code.is_empty());
                return Err(refusal.message);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(pairs: &[(&str, &str)]) -> Result<Subscription, String> {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(k, v)| ((*k).into(), (*v).into()))
            .collect();
        Subscription::from_query(&pairs)
    }

    #[test]
    fn a_query_and_a_message_say_the_same() {
        let by_query = query(&[
            ("type", "metrics:delta"),
            ("match", "a_*"),
            ("labels", "l=v"),
            ("interval_ms", "100"),
        ]);
        let text = r#"{"op":"subscribe","types":["metrics:delta"],"match":["a_*"],"labels":{"l":"v"},"interval_ms":100}"#;
        let by_message = Request::from_text(text).expect("a good message");
        assert_eq!(
            by_message,
            Request::Subscribe(by_query.expect("a good query"))
        );
    }

    #[test]
    fn what_is_ended_is_all_or_what_is_named() {
        let read = |text| Request::from_text(text).expect("a good message");
        let all = read(r#"{"op":"unsubscribe"}"#);
        assert_eq!(all, Request::Unsubscribe(None));
        let one = read(r#"{"op":"unsubscribe","types":["metrics:delta"]}"#);
        let delta = Types::named(&["metrics:delta"]).expect("a known type");
        assert_eq!(one, Request::Unsubscribe(Some(delta)));
    }

    #[test]
    fn nothing_said_means_everything_once_a_second() {
        let all = query(&[]).expect("an empty query");
        assert!(all.types.snapshot && all.types.delta && !all.types.performance);
        assert_eq!(all.filter, Filter::default());
        assert_eq!(all.interval, Duration::from_secs(1));
    }

    #[test]
    fn mistakes_list_what_is_allowed() {
        let mistakes = [
            (
                query(&[("type", "metrics:nothing")]),
                "there are `metrics:snapshot`, `metrics:delta`, `metrics:performance`",
            ),
            (query(&[("interval_ms", "99")]), "from 100 to 60000"),
            (query(&[("interval_ms", "soon")]), "from 100 to 60000"),
            (query(&[("match", "[")]), "use letters"),
            (query(&[("labels", "provider")]), "labels=name=value"),
        ];
        for (mistake, mend) in mistakes {
            let message = mistake.expect_err("a mistake");
            assert!(message.contains(mend), "{message}");
        }
        let refusal = Request::from_text(r#"{"op":"unsubscribe","id":6,"types":["metrics:bye"]}"#);
        let refusal = refusal.expect_err("a type that nobody asks for");
        assert_eq!((refusal.id, refusal.code), (Some(6), "bad_subscription"));
        let refusal = Request::from_text(r#"{"op":"shout","id":7}"#).expect_err("an unknown op");
        assert_eq!((refusal.id, refusal.code), (Some(7), "unknown_op"));
        assert_eq!(
            Request::from_text("hello").expect_err("no JSON").code,
            "bad_message"
        );
    }
}
