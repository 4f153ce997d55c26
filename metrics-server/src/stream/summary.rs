//! The application's summary fields: a value of its own, which is merged into what the server tells of it.
//! Read by the sampler and by the JSON document; the frames know it as text.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

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

/// Where summary fields come from.
pub(crate) struct Summary {
    read: Box<dyn Fn() -> serde_json::Result<String> + Send + Sync>,
    /// The newest that could be used.
    last: Mutex<Arc<str>>,
}

impl Summary {
    pub(crate) fn new<S: Serialize>(summary: impl Fn() -> S + Send + Sync + 'static) -> Self {
        Self {
            read: Box::new(move || serde_json::to_string(&summary())),
            last: Mutex::new("".into()),
        }
    }

    /// Reads it once; the sentence says what is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let fields = self.read()?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = fields.into();
        Ok(())
    }

    /// The fields as they stand first in an object, with a comma behind each: `"hits":3,`. Those of an earlier reading
    /// if this one cannot be used.
    pub(crate) fn fields(&self) -> Arc<str> {
        // what is wrong with it was told when it was checked, or changed since: nobody is there to be told
        let _ = self.check();
        Arc::clone(&self.last.lock().unwrap_or_else(PoisonError::into_inner))
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
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    use serde_json::json;

    use super::*;

    #[test]
    fn its_fields_stand_first_in_an_object() {
        let summary = |value: serde_json::Value| Summary::new(move || value.clone()).fields();
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
        let summary = Summary::new(|| match TURN.fetch_add(1, Relaxed) {
            // neither a hook nor its message, which are the same for all tests
            1 => std::panic::resume_unwind(Box::new("no summary")),
            2 => json!("no object"),
            turn => json!({ "turn": turn }),
        });
        let read: Vec<_> = (0..4).map(|_| summary.fields()).collect();
        let expected = [
            r#""turn":0,"#,
            r#""turn":0,"#,
            r#""turn":0,"#,
            r#""turn":3,"#,
        ];
        assert!(read.iter().map(|fields| &**fields).eq(expected), "{read:?}");
    }
}
