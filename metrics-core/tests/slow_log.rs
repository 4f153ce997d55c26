//! What a slow call logs, with the feature `tracing`.

#![cfg(all(feature = "testing", feature = "tracing"))]

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics_core::testing::Scope;
use metrics_core::timed;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes each event in a line.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<String>>);

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").expect("a string takes all");
    }
}

impl Subscriber for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut lines = self.0.lock().expect("nobody panics");
        let metadata = event.metadata();
        write!(lines, "{} {}", metadata.level(), metadata.target()).expect("a string takes all");
        event.record(&mut Fields(&mut lines));
        lines.push('\n');
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[timed(slow = "1.5s")]
fn crawl(millis: u64) -> Result<(), ()> {
    let scope = Scope::current().expect("in a scope");
    scope.clock().advance(Duration::from_millis(millis));
    if millis > 2000 { Err(()) } else { Ok(()) }
}

#[test]
fn a_slow_call_is_a_warning_with_how_long_it_took() {
    let lines = Lines::default();
    tracing::subscriber::with_default(lines.clone(), || {
        Scope::new().run(|| {
            assert!(crawl(1499).is_ok() && crawl(1500).is_ok() && crawl(3000).is_err());
        });
    });
    let line = |outcome, seconds| {
        format!(
            "WARN metrics_core::slow_call message=slow call function=\"crawl\" module=\"slow_log\" outcome=\"{outcome}\" seconds={seconds} threshold_seconds=1.5\n"
        )
    };
    assert_eq!(
        *lines.0.lock().expect("nobody panics"),
        line("ok", "1.5") + &line("error", "3.0")
    );
}
