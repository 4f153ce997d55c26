//! The same content in every format: random registries are encoded in all of them, and what decoders that are not ours
//! read is compared with what was put in. (OpenMetrics' strict parser reads what `http` serves.)

#[path = "formats/chunks.rs"]
mod chunks;
#[path = "formats/holds.rs"]
mod holds;
#[path = "formats/made.rs"]
mod made;
#[path = "formats/messages.rs"]
mod messages;
#[path = "formats/random.rs"]
mod random;
#[path = "formats/samples.rs"]
mod samples;

use holds::assert_holds;
use made::{Made, registry};
use messages::decode;
use metrics_core::{ExemplarSnapshot, Kind, Snapshot, ValueSnapshot};
use proptest::prelude::*;
use random::{Texts, families};
use samples::{Lines, expected, help_of, newest, parsed};

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

trait LinesOfSamples {
    fn lines_of_samples(&self) -> impl Iterator<Item = &str>;
}

impl LinesOfSamples for str {
    fn lines_of_samples(&self) -> impl Iterator<Item = &str> {
        let lines = self.split_terminator('\n');
        lines.filter(|line| !line.starts_with('#'))
    }
}

/// What stands behind ` # ` in each line of samples, behind the sample's name.
fn exemplars_in(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for line in text.lines_of_samples() {
        if let Some((sample, exemplar)) = line.split_once(" # ") {
            let (name, _) = sample.split_once(['{', ' ']).expect("a value");
            let mut parts = exemplar.rsplitn(3, ' ');
            let (seconds, value) = (parts.next(), parts.next());
            let value: f64 = value.and_then(|text| text.parse().ok()).expect("a number");
            let (seconds, labels) = (seconds.expect("a time"), parts.next().expect("labels"));
            all.push(format!("{name} {labels} {value:?} {seconds}"));
        }
    }
    all
}

fn exemplars_of(families: &[Made]) -> Vec<String> {
    let mut all = Vec::new();
    let mut push = |name: &str, exemplar: Option<&ExemplarSnapshot>| {
        if let Some(ExemplarSnapshot {
            labels,
            value,
            millis,
        }) = exemplar
        {
            let (seconds, millis) = (millis / 1000, millis % 1000);
            let labels = made::rendered(labels);
            let labels = labels.labels().as_str();
            all.push(format!(
                "{name} {{{labels}}} {value:?} {seconds}.{millis:03}"
            ));
        }
    };
    for Made { family, .. } in families {
        for series in &family.series {
            match &series.value {
                ValueSnapshot::Number(number)
                    if family.kind == Kind::Counter
                        && family.name.ends_with("_total")
                        && number.as_f64() >= 0.0 =>
                {
                    push(&family.name, newest(&series.exemplars, |_| true));
                }
                ValueSnapshot::Histogram { bounds, .. } => {
                    let mut below = None;
                    for bound in bounds.iter().copied().chain([f64::INFINITY]) {
                        let inside = |v: f64| v <= bound && below.is_none_or(|below| v > below);
                        push(
                            &format!("{}_bucket", family.name),
                            newest(&series.exemplars, inside),
                        );
                        below = Some(bound);
                    }
                }
                _ => {}
            }
        }
    }
    all
}
