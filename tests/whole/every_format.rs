//! What a quiet registry shows, in every format that it has: the content of its snapshot, as readers that are not ours
//! find it.

use std::ops::ControlFlow;

use metrics_core::{FamilyView, Kind, Registry, SeriesView, Snapshot, Visitor};

use super::document::document;
use super::exemplars::{exemplars_in, exemplars_of};
use super::expected::Checked;
use super::holds::assert_holds;
use super::made::Made;
use super::messages::decode;
use super::random::Texts;
use super::samples::{Lines, expected, help_of, parsed};

/// Whether every format holds what the snapshot does.
pub(crate) fn check(registry: &Registry, shown: &Snapshot, texts: Texts) -> Checked {
    let made = made(registry, shown)?;
    let messages = decode(&registry.encode_protobuf());
    let filled: Vec<_> = made
        .iter()
        .filter(|made| !made.family.series.is_empty())
        .collect();
    equal("how many messages", &messages.len(), &filled.len())?;
    for (message, made) in messages.iter().zip(filled) {
        assert_holds(message, made);
    }
    let told = serde_json::to_value(shown).map_err(|error| error.to_string())?;
    equal("JSON", &told, &document(shown))?;
    let (text, open) = (registry.encode_text(), registry.encode_open_metrics());
    if texts == Texts::Any {
        // what these readers cannot read has one sample a line at least
        let lines = |text: &str| {
            text.split_terminator('\n')
                .filter(|l| !l.starts_with('#'))
                .count()
        };
        equal(
            "lines of text",
            &lines(&text),
            &expected(&made, Lines::Text).len(),
        )?;
        return equal(
            "lines of OpenMetrics",
            &lines(&open),
            &expected(&made, Lines::OpenMetrics).len(),
        );
    }
    equal("text", &parsed(&text), &expected(&made, Lines::Text))?;
    for made in &made {
        let help = Some(made.family.help.clone());
        equal("help", &help_of(&text, &made.family.name), &help)?;
    }
    equal(
        "OpenMetrics",
        &parsed(&open),
        &expected(&made, Lines::OpenMetrics),
    )?;
    equal("its exemplars", &exemplars_in(&open), &exemplars_of(&made))?;
    equal("its end", &open.matches("# EOF").count(), &1)?;
    let theirs = prometheus::Registry::new();
    let registered = theirs.register(Box::new(registry.collector()));
    registered.map_err(|error| error.to_string())?;
    let bridged = prometheus::TextEncoder::new().encode_to_string(&theirs.gather());
    let bridged = bridged.map_err(|error| error.to_string())?;
    // what a registry tells of itself is not bridged
    let own: Vec<_> = made
        .into_iter()
        .filter(|made| !made.family.name.starts_with("metrics_"))
        .collect();
    equal(
        "the bridge",
        &parsed(&bridged),
        &expected(&own, Lines::Text),
    )
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, shown: &T, expected: &T) -> Checked {
    if shown == expected {
        return Ok(());
    }
    Err(format!(
        "{what}: shown\n  {shown:?}\nand not\n  {expected:?}"
    ))
}

/// The families of a snapshot, and when their series began.
fn made(registry: &Registry, shown: &Snapshot) -> Result<Vec<Made>, String> {
    let mut created = Created(Vec::new());
    // this visitor never breaks off
    let _ = registry.gather(&mut created);
    equal("how many families", &created.0.len(), &shown.families.len())?;
    let families = shown.families.iter().zip(created.0);
    let made: Vec<_> = families
        .map(|(family, created)| Made {
            family: family.clone(),
            created,
        })
        .collect();
    for Made { family, created } in &made {
        equal("how many series", &created.len(), &family.series.len())?;
        let counts = matches!(family.kind, Kind::Counter | Kind::Histogram);
        // the registry's own count since nobody knows when
        let counts = counts && !family.name.starts_with("metrics_");
        if created.iter().any(|created| (*created > 0) != counts) {
            return Err(format!("{}: created at {created:?}", family.name));
        }
    }
    Ok(made)
}

/// When each series of each family began.
struct Created(Vec<Vec<u64>>);

impl Visitor for Created {
    fn family(&mut self, _: &FamilyView<'_>) -> ControlFlow<()> {
        self.0.push(Vec::new());
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        if let Some(family) = self.0.last_mut() {
            family.push(series.point.created_millis);
        }
        ControlFlow::Continue(())
    }
}
