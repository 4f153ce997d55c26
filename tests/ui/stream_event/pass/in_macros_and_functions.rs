//! Events that a macro declares, inside functions too; a deprecated field warns where it is used.

#![deny(warnings)]

use metrics_core::{StreamEvent, event_types};
use serde::Serialize;

macro_rules! event {
    ($name:ident, $event:literal) => {
        #[derive(Serialize, StreamEvent)]
        #[event($event)]
        struct $name {
            n: u32,
        }
    };
}

event!(First, "first");

#[derive(Serialize, StreamEvent)]
struct Old {
    #[deprecated]
    n: u32,
}

/// `emit` of its own does not get into the way.
#[derive(Serialize, StreamEvent)]
struct Own {}

impl Own {
    fn emit(&self) -> u32 {
        StreamEvent::emit(self);
        7
    }
}

fn main() {
    event!(Second, "second");
    First { n: 1 }.emit();
    Second { n: 1 }.emit();
    assert_eq!(Own {}.emit(), 7);
    #[allow(deprecated)]
    Old { n: 1 }.emit();
    let names: Vec<&str> = event_types().iter().map(|of| of.name()).collect();
    assert_eq!(names, ["first", "old", "own", "second"]);
}
