//! The application's summary fields: a value of its own, which is merged into what the server tells of it.
//! Read by the sampler and by the JSON document; the frames know it as text.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde::Serialize;
use serde::de::IgnoredAny;

/// What the protocol and the JSON document call their own fields, where summary fields stand beside them.
const RESERVED: [&str; 12] = [
    "part",
    "last",
    "values",
    "removed",
    "families",
    "series",
    "seconds",
    "rates",
    "ratios",
    "quantiles",
    "ts",
    "epoch",
];

/// So long a reading is waited for: it is code of users, and all stream clients wait with it.
const READ_WITHIN: Duration = Duration::from_secs(1);

/// Where summary fields come from.
pub(crate) struct Summary {
    read: Box<dyn Fn() -> serde_json::Result<String> + Send + Sync>,
    state: Mutex<State>,
    /// A reading has ended.
    ended: Condvar,
}

struct State {
    /// The newest that could be used.
    last: Arc<str>,
    reading: Reading,
}

#[derive(PartialEq)]
enum Reading {
    None,
    UnderWay,
    /// It has had its time, and is not waited for again.
    Hangs,
}

impl Summary {
    pub(crate) fn new<S: Serialize>(summary: impl Fn() -> S + Send + Sync + 'static) -> Self {
        Self {
            read: Box::new(move || serde_json::to_string(&summary())),
            state: Mutex::new(State {
                last: "".into(),
                reading: Reading::None,
            }),
            ended: Condvar::new(),
        }
    }

    /// Reads it once, on this thread; the sentence says what is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let fields = self.read()?;
        self.state().last = fields.into();
        Ok(())
    }

    /// The fields as they stand first in an object, with a comma behind each: `"hits":3,`. Those of an earlier reading
    /// if this one cannot be used, or does not end in time.
    pub(crate) fn fields(self: &Arc<Self>) -> Arc<str> {
        let mut state = self.state();
        if state.reading == Reading::None {
            let summary = Arc::clone(self);
            let thread = thread::Builder::new().name("metrics-summary".to_owned());
            if thread.spawn(move || summary.read_again()).is_ok() {
                state.reading = Reading::UnderWay;
            }
        }
        let is_under_way = |state: &mut State| state.reading == Reading::UnderWay;
        let waited = self
            .ended
            .wait_timeout_while(state, READ_WITHIN, is_under_way);
        let (mut state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() {
            state.reading = Reading::Hangs;
        }
        Arc::clone(&state.last)
    }

    fn read_again(&self) {
        let read = self.read();
        let mut state = self.state();
        state.reading = Reading::None;
        // what is wrong with it was told when it was checked, or changed since: nobody is there to be told
        if let Ok(fields) = read {
            state.last = fields.into();
        }
        drop(state);
        self.ended.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> Result<String, String> {
        // code of users
        let read = catch_unwind(AssertUnwindSafe(|| (self.read)()));
        let text = read
            .map_err(|_| "the summary panicked when it was read".to_owned())?
            .map_err(|error| format!("the summary cannot be written as JSON: {error}"))?;
        let Ok(object) = serde_json::from_str::<HashMap<String, IgnoredAny>>(&text) else {
            return Err(
                "the summary is no object in JSON; return a struct with named fields".to_owned(),
            );
        };
        if let Some(key) = RESERVED.iter().find(|key| object.contains_key(**key)) {
            return Err(format!(
                "the summary has a field `{key}`, which is one of the stream's own; call it another name"
            ));
        }
        let inside = text.trim().trim_start_matches('{').strip_suffix('}');
        Ok(match inside {
            Some(inside) if !object.is_empty() => format!("{inside},"),
            _ => String::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
    use std::time::Instant;

    use serde_json::json;

    use super::*;

    #[test]
    fn its_fields_stand_first_in_an_object() {
        let summary =
            |value: serde_json::Value| Arc::new(Summary::new(move || value.clone())).fields();
        assert_eq!(&*summary(json!({"hits": 3})), r#""hits":3,"#);
        assert_eq!(
            &*summary(json!({"all": {"hits": {}}})),
            r#""all":{"hits":{}},"#
        );
        assert_eq!(&*summary(json!({})), "");
    }

    #[test]
    fn what_cannot_be_merged_is_refused_with_a_sentence() {
        for (value, word) in [
            (json!({"rates": 1}), "`rates`"),
            (json!({"epoch": 1}), "`epoch`"),
            (json!([1]), "no object"),
            (json!(null), "no object"),
        ] {
            let problem = Summary::new(move || value.clone()).check();
            let problem = problem.expect_err("it cannot be merged");
            assert!(problem.contains(word), "{problem}");
        }
    }

    #[test]
    fn a_reading_that_fails_leaves_the_last() {
        static TURN: AtomicU64 = AtomicU64::new(0);
        let summary = Arc::new(Summary::new(|| match TURN.fetch_add(1, Relaxed) {
            // neither a hook nor its message, which are the same for all tests
            1 => std::panic::resume_unwind(Box::new("no summary")),
            2 => json!("no object"),
            turn => json!({ "turn": turn }),
        }));
        let read: Vec<_> = (0..4).map(|_| summary.fields()).collect();
        let expected = [
            r#""turn":0,"#,
            r#""turn":0,"#,
            r#""turn":0,"#,
            r#""turn":3,"#,
        ];
        assert!(read.iter().map(|fields| &**fields).eq(expected), "{read:?}");
    }

    #[test]
    fn a_reading_that_hangs_is_waited_for_once_and_leaves_the_last() {
        static HANGS: AtomicBool = AtomicBool::new(false);
        static READINGS: AtomicU64 = AtomicU64::new(0);
        let summary = Arc::new(Summary::new(|| {
            let reading = READINGS.fetch_add(1, Relaxed);
            while HANGS.load(Relaxed) {
                thread::yield_now();
            }
            json!({ "reading": reading })
        }));
        assert_eq!(&*summary.fields(), r#""reading":0,"#);
        HANGS.store(true, Relaxed);
        for _ in 0..3 {
            assert_eq!(&*summary.fields(), r#""reading":0,"#);
        }
        assert_eq!(READINGS.load(Relaxed), 2, "the one that hangs is the only");
        HANGS.store(false, Relaxed);
        let deadline = Instant::now() + Duration::from_secs(20);
        while summary.fields().contains(":0") {
            assert!(Instant::now() < deadline, "it is not read again");
            thread::yield_now();
        }
    }
}
