//! How the series is found that tells when each walk was.

use metrics_load::told::Told;

use super::served::WALKED;

/// How deltas name the series of [`WALKED`], as it is learned from a snapshot, which may come in parts.
#[derive(Default)]
pub(super) struct Walked {
    family: Option<u64>,
    key: Option<String>,
}

impl Walked {
    /// `"7":`
    pub(super) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Learns it from a part of a snapshot, if it does not know it.
    pub(super) fn learn(&mut self, told: &Told<'_>) {
        if self.key.is_some() || told.kind != "snapshot" {
            return;
        }
        let frame: serde_json::Value = serde_json::from_str(told.text).unwrap_or_default();
        let found = |list: &str, field: &str, value: serde_json::Value| {
            let mut items = frame["data"][list].as_array()?.iter();
            items.find(|item| item[field] == value)?["id"].as_u64()
        };
        self.family = self
            .family
            .or_else(|| found("families", "name", WALKED.into()));
        let family = self.family;
        let series = family.and_then(|family| found("series", "family", family.into()));
        self.key = series.map(|id| format!(r#""{id}":"#));
    }
}
