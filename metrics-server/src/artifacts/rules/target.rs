//! The alert of a service that cannot be scraped, of which none of its own metrics can tell.

use std::time::Duration;

use super::model::{AlertRule, Group, Origin, Rule};
use super::selector::Selector;
use crate::artifacts::settings::Settings;

pub(super) fn group(settings: &Settings) -> Group {
    // without the job, it would be of every target of that Prometheus; without `absent`, a job with no target is silent
    let up = Selector::new("up").with("job", "=", &settings.name);
    let annotations = [
        ("summary", "{{ $labels.job }} cannot be scraped.".to_owned()),
        (
            "description",
            format!(
                "Prometheus gets no answer at {}, or has no target of this job. All other alerts of the service are silent meanwhile.",
                settings.path
            ),
        ),
    ];
    Group {
        name: "target".to_owned(),
        rules: vec![Rule::Alert(AlertRule {
            name: settings.target_down.clone(),
            expr: format!("{up} == 0 or absent({up}) == 1"),
            hold: Duration::from_secs(120),
            labels: vec![("severity".to_owned(), "critical".to_owned())],
            annotations: annotations
                .into_iter()
                .map(|(name, text)| (name.to_owned(), text))
                .collect(),
            origin: Origin::TargetDown,
        })],
    }
}
