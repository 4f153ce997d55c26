//! The same content in every format: random registries are encoded in all of them, and what decoders that are not ours
//! read is compared with what was put in. (OpenMetrics' strict parser reads what `http` serves.)

#[path = "formats/chunks.rs"]
mod chunks;
#[path = "formats/exemplars.rs"]
mod exemplars;
#[path = "formats/holds.rs"]
mod holds;
#[path = "formats/made.rs"]
mod made;
#[path = "formats/made_set.rs"]
mod made_set;
#[path = "formats/messages.rs"]
mod messages;
#[path = "formats/random.rs"]
mod random;
#[path = "formats/samples.rs"]
mod samples;

use exemplars::{LinesOfSamples, exemplars_in, exemplars_of};
use holds::assert_holds;
use made_set::registry;
use messages::decode;
use metrics_core::Snapshot;
use proptest::prelude::*;
use random::{Texts, families};
use samples::{Lines, expected, help_of, parsed};

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_snapshot_is_what_was_put_in(made in families(Texts::Any)) {
        let families = made.iter().map(|made| made.family.clone()).collect();
        let shown = registry(made).snapshot();
        // in words, because NaN is not equal to itself
        prop_assert_eq!(format!("{shown:?}"), format!("{:?}", Snapshot { families }));
    }

    #[test]
    fn protobuf_holds_what_was_put_in(made in families(Texts::Any)) {
        let messages = decode(&registry(made.clone()).encode_protobuf());
        let filled: Vec<_> = made.iter().filter(|made| !made.family.series.is_empty()).collect();
        prop_assert_eq!(messages.len(), filled.len());
        for (message, made) in messages.iter().zip(filled) {
            assert_holds(message, made);
        }
    }

    #[test]
    fn text_holds_what_was_put_in(made in families(Texts::Plain)) {
        let text = registry(made.clone()).encode_text();
        prop_assert_eq!(parsed(&text), expected(&made, Lines::Text), "{}", text);
        for made in &made {
            prop_assert_eq!(help_of(&text, &made.family.name), Some(made.family.help.clone()));
        }
    }

    #[test]
    fn open_metrics_holds_what_was_put_in(made in families(Texts::Plain)) {
        let text = registry(made.clone()).encode_open_metrics();
        prop_assert_eq!(parsed(&text), expected(&made, Lines::OpenMetrics), "{}", text);
        prop_assert!(text.ends_with("# EOF\n") && text.matches("# EOF").count() == 1);
        prop_assert_eq!(exemplars_in(&text), exemplars_of(&made), "{}", text);
    }

    /// Whatever labels and help hold, every format has one sample a line, and the same ones.
    #[test]
    fn no_text_breaks_a_line(made in families(Texts::Any)) {
        let registry = registry(made.clone());
        let samples = |text: &str| text.lines_of_samples().count();
        prop_assert_eq!(samples(&registry.encode_text()), expected(&made, Lines::Text).len());
        let open = registry.encode_open_metrics();
        prop_assert_eq!(samples(&open), expected(&made, Lines::OpenMetrics).len());
    }
}
