//! What Prometheus makes of an alert that fires: its labels, and its annotations.

use super::case::Expected;
use super::firing::Fired;
use super::series::Labels;
use super::template::render;
use crate::artifacts::rules::model::AlertRule;

/// The alert as Alertmanager would be sent it, or what in its templates cannot be rendered.
pub(super) fn expected(rule: &AlertRule, fired: &Fired) -> Result<Expected, String> {
    let render = |templates: &[(String, String)]| {
        let rendered = templates.iter().map(|(name, template)| {
            let text = render(template, &fired.labels, fired.value)?;
            Ok((name.clone(), text))
        });
        rendered.collect::<Result<Labels, String>>()
    };
    let mut labels = fired.labels.clone();
    labels.extend(render(&rule.labels)?);
    labels.retain(|_, value| !value.is_empty());
    Ok(Expected {
        labels,
        annotations: render(&rule.annotations)?,
    })
}
