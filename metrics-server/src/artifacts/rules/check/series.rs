//! All series that an expression may name: those of the families, those that Prometheus makes itself, what the rules
//! record, and what other exporters are known to have.

use std::collections::{BTreeMap, BTreeSet};

use metrics_core::promql::TARGET_LABELS;
use metrics_core::{DeclaredFamily, Kind};

use super::{nearest, quoted};
use crate::artifacts::families::{scraped_label, series_suffixes};
use crate::artifacts::settings::Settings;

/// What Prometheus says of a scrape.
const OF_SCRAPES: [&str; 8] = [
    "up",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling",
    "scrape_series_added",
    "scrape_timeout_seconds",
    "scrape_sample_limit",
    "scrape_body_size_bytes",
];

/// What begins so is of somebody else: the process where we cannot look at it, Kubernetes, the node.
const OF_OTHERS: [&str; 8] = [
    "process_",
    "kube_",
    "kubelet_",
    "container_",
    "node_",
    "machine_",
    "probe_",
    "ALERTS",
];

/// What there is.
pub(in super::super) struct Series<'a> {
    families: BTreeMap<String, Of<'a>>,
    /// What the rules record, with labels.
    records: BTreeMap<&'a str, Vec<&'a str>>,
    /// The labels that every series of the service has.
    target: BTreeSet<&'a str>,
}

/// A series of a family.
#[derive(Clone, Copy, Debug)]
pub(super) struct Of<'a> {
    pub(super) family: &'a DeclaredFamily,
    pub(super) suffix: &'static str,
}

/// What a name in an expression stands for.
pub(super) enum Named<'a> {
    Family(Of<'a>),
    /// What has these labels beside those of the target.
    Labelled(&'a [&'a str]),
    /// What may have any label.
    Other,
}

impl<'a> Series<'a> {
    pub(in super::super) fn new(
        families: &'a [DeclaredFamily],
        records: BTreeMap<&'a str, Vec<&'a str>>,
        settings: &'a Settings,
    ) -> Self {
        let mut named = BTreeMap::new();
        for family in families {
            let created: &[&'static str] = match family.descriptor().kind() {
                Kind::Histogram => &["_created"],
                _ => &[],
            };
            for suffix in series_suffixes(family).iter().chain(created) {
                let of = Of { family, suffix };
                named.insert(format!("{}{suffix}", family.name()), of);
            }
            if let (Kind::Counter, Some(stem)) = (
                family.descriptor().kind(),
                family.name().strip_suffix("_total"),
            ) {
                let suffix = "_created";
                named
                    .entry(format!("{stem}{suffix}"))
                    .or_insert(Of { family, suffix });
            }
        }
        let configured = settings.target_labels.iter().map(|(name, _)| name.as_str());
        Self {
            families: named,
            records,
            target: TARGET_LABELS.iter().copied().chain(configured).collect(),
        }
    }

    /// The labels that every series of the service has beside its own.
    pub(super) fn target_labels(&self) -> impl Iterator<Item = &'a str> {
        self.target.iter().copied()
    }

    /// What a name stands for, or what is wrong with it.
    pub(super) fn find(&self, name: &str) -> Result<Named<'_>, String> {
        if let Some(of) = self.families.get(name) {
            return Ok(Named::Family(*of));
        }
        if let Some(labels) = self.records.get(name) {
            return Ok(Named::Labelled(labels));
        }
        if OF_SCRAPES.contains(&name) {
            return Ok(Named::Labelled(&[]));
        }
        let all = self.families.keys().map(String::as_str);
        let all = all.chain(self.records.keys().copied()).chain(OF_SCRAPES);
        let is_of_rules = name.contains(':');
        let is_of_others = OF_OTHERS.iter().any(|prefix| name.starts_with(prefix));
        let suffixed = ["_total", "_info"].map(|suffix| format!("{name}{suffix}"));
        let series: Vec<_> = ["_bucket", "_sum", "_count"]
            .iter()
            .filter_map(|suffix| self.families.get_key_value(&format!("{name}{suffix}")))
            .map(|(series, _)| series.as_str())
            .collect();
        if !series.is_empty() {
            return Err(format!(
                "`{name}` is a histogram, and no series has this name; take one of {}",
                quoted(&series)
            ));
        }
        if let Some(meant) = suffixed
            .iter()
            .find(|name| self.families.contains_key(*name))
        {
            return Err(format!(
                "no family is exposed as `{name}`; did you mean `{meant}`?"
            ));
        }
        match nearest(name, all) {
            // so near to what is there, it is hardly a rule or a metric of somebody else
            Some(meant) => Err(format!(
                "no family is exposed as `{name}`; did you mean `{meant}`?"
            )),
            None if is_of_rules || is_of_others => Ok(Named::Other),
            None => Err(format!(
                "no family is exposed as `{name}`; if a set has it that is registered later, add the set with `Artifacts::include`"
            )),
        }
    }
}

impl Of<'_> {
    /// The labels that it has of itself.
    pub(super) fn labels(self) -> Vec<String> {
        let declared = self.family.descriptor().labels().iter();
        let constant = self.family.constant_labels().iter();
        let bound = (self.suffix == "_bucket").then(|| "le".to_owned());
        declared
            .map(|label| scraped_label(label.name))
            .chain(constant.map(|(name, _)| scraped_label(name)))
            .chain(self.family.state_label())
            .chain(bound)
            .collect()
    }
}
