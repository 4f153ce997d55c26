//! What several artefacts ask of a family.

use metrics_core::{DeclaredFamily, Kind, Label as _, LabelValues, Outcome};

/// The label that tells how a call ended, if there is one: its values are those of [`Outcome`].
pub(crate) fn outcome_label(family: &DeclaredFamily) -> Option<&'static str> {
    let labels = family.descriptor().labels().iter();
    let mut outcomes = labels.filter(|label| label.values == LabelValues::Finite(Outcome::VALUES));
    outcomes.next().map(|label| label.name)
}

/// Whether its series have this label, constant ones included.
pub(crate) fn has_label(family: &DeclaredFamily, name: &str) -> bool {
    let mut constant = family.constant_labels().iter();
    let mut labels = family.descriptor().labels().iter();
    labels.any(|label| label.name == name) || constant.any(|(label, _)| label == name)
}

/// A label of the program as it is called once it is scraped: where Prometheus has one of that name for the target, the
/// program's is renamed.
pub(crate) fn scraped_label(name: &str) -> String {
    match name {
        "job" | "instance" => format!("exported_{name}"),
        _ => name.to_owned(),
    }
}

/// What the names of a family's series end in.
pub(crate) fn series_suffixes(family: &DeclaredFamily) -> &'static [&'static str] {
    let descriptor = family.descriptor();
    match descriptor.kind() {
        Kind::Histogram if descriptor.bounds().is_empty() => &[""],
        Kind::Histogram if descriptor.native().is_some() => &["", "_bucket", "_sum", "_count"],
        Kind::Histogram => &["_bucket", "_sum", "_count"],
        _ => &[""],
    }
}
