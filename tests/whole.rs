//! The whole, from declarations to expositions: random families are updated at random, by one thread after the other and
//! by all at once, and what every format shows is compared with a model that does one act after the other.
//! (`http` does the same over HTTP, and with a client of the stream.)
//!
//! `WHOLE_SEED=n` repeats a run with the seed that it printed, and `WHOLE_CASES=n` tries as many cases.

#[path = "whole/case.rs"]
mod case;
#[path = "whole/document.rs"]
mod document;
#[path = "whole/every_format.rs"]
mod every_format;
#[path = "formats/exemplars.rs"]
mod exemplars;
#[path = "whole/expected.rs"]
mod expected;
#[path = "formats/holds.rs"]
mod holds;
#[path = "whole/live.rs"]
mod live;
#[path = "formats/made.rs"]
mod made;
#[path = "formats/messages.rs"]
mod messages;
#[path = "whole/model.rs"]
mod model;
#[path = "whole/native.rs"]
mod native;
#[path = "whole/random.rs"]
mod random;
#[path = "whole/runner.rs"]
mod runner;
#[path = "formats/samples.rs"]
mod samples;
#[path = "whole/shapes.rs"]
mod shapes;
#[path = "whole/trouble.rs"]
mod trouble;
#[path = "whole/updates.rs"]
mod updates;
#[path = "whole/watcher.rs"]
mod watcher;

use case::Case;
use expected::{Checked, Ran};
use live::Exposed;
use random::Texts;
use watcher::{FORMATS, Watcher};

#[test]
fn every_format_shows_what_threads_did() {
    runner::holds(32, Texts::Plain, 200, |case, times| {
        property(case, Texts::Plain, times)
    });
}

/// Whatever labels and help hold.
#[test]
fn every_format_shows_what_threads_did_with_any_text() {
    runner::holds(32, Texts::Any, 200, |case, times| {
        property(case, Texts::Any, times)
    });
}

/// First the threads one after the other, so that what is no race fails, and shrinks, as such.
fn property(case: &Case, texts: Texts, times: usize) -> Checked {
    let exposed = Exposed::of(case);
    exposed.acts_in_turn(case);
    check(case, &exposed, texts, Ran::InTurn)?;
    for _ in 0..times {
        let exposed = Exposed::of(case);
        let mut watcher = Watcher::new(case, &exposed.registry, texts);
        exposed.acts_at_once(case, || watcher.look(), || {});
        // the end, too, is not below what was seen
        (0..FORMATS).for_each(|_| watcher.look());
        watcher.wrong?;
        check(case, &exposed, texts, Ran::AtOnce)?;
    }
    Ok(())
}

fn check(case: &Case, exposed: &Exposed, texts: Texts, ran: Ran) -> Checked {
    let registry = &exposed.registry;
    // what was removed has been shown
    registry.delivered(registry.mark());
    let shown = registry.snapshot();
    let checked = expected::check(case, &shown, ran);
    let checked = checked.and_then(|()| every_format::check(registry, &shown, texts));
    checked.map_err(|error| format!("threads ran {ran:?}: {error}"))
}
