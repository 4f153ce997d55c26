//! A family as its panels are made of it: by what its series are told apart, how failed calls are found among them, and
//! what was promised of them.

use metrics_core::{
    Declarations, DeclaredFamily, Kind, LabelValues, Latency, Measured, Objective, SetDescriptor,
};

use crate::artifacts::families::{is_declared_by, outcome_label, scraped_label};

/// A family, and what is to be known of it.
#[derive(Clone, Debug)]
pub(super) struct Subject<'a> {
    pub(super) family: &'a DeclaredFamily,
    /// What tells its series apart, as they are stored.
    pub(super) columns: Vec<Column>,
    /// How to tell calls that failed, if it counts or times calls.
    pub(super) ends: Option<Ends>,
    /// What is promised of the calls that it times.
    pub(super) latency: Vec<(Latency, &'static Objective)>,
    /// What is promised of the ends that it tells.
    pub(super) success: Vec<&'static Objective>,
}

/// A label of stored series.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    /// None if they are not known.
    pub(super) values: Option<Vec<String>>,
}

/// A label that tells how calls end.
#[derive(Clone, Debug)]
pub(super) struct Ends {
    pub(super) label: String,
    pub(super) values: Vec<&'static str>,
    /// What chooses those that failed, as in a selector. Who was cancelled was not, as in the rules for objectives.
    pub(super) failed: String,
}

impl<'a> Subject<'a> {
    pub(super) fn new(family: &'a DeclaredFamily, declarations: &Declarations) -> Self {
        let is_measured =
            |of: Option<&metrics_core::Descriptor>| of.is_some_and(|of| is_declared_by(family, of));
        let ends = ends(family);
        let mut latency = Vec::new();
        let mut success = Vec::new();
        for objective in &declarations.objectives {
            let Measured::Families { time, calls, .. } = objective.measured else {
                continue;
            };
            if is_measured(time) {
                latency.extend(objective.latency.iter().map(|one| (*one, *objective)));
            }
            // of a function with both, the counter is asked only if the histogram cannot tell
            let tells = is_measured(time) || is_measured(calls);
            if tells && ends.is_some() && objective.success.is_some() {
                success.push(*objective);
            }
        }
        Self {
            family,
            columns: columns(family),
            ends,
            latency,
            success,
        }
    }

    pub(super) fn name(&self) -> &'a str {
        self.family.name()
    }

    /// The innermost set that it is in.
    pub(super) fn set(&self) -> Option<&'a SetDescriptor> {
        self.family.sets().next_back()
    }

    /// The names of its labels, without that which tells how calls end.
    pub(super) fn labels(&self) -> Vec<&str> {
        let end = self.ends.as_ref().map(|ends| ends.label.as_str());
        let names = self.columns.iter().map(|column| column.name.as_str());
        names.filter(|name| Some(*name) != end).collect()
    }

    /// Whether there may be so many series that most are not worth a line.
    pub(super) fn is_open(&self) -> bool {
        self.columns.iter().any(|column| column.values.is_none())
    }
}

fn columns(family: &DeclaredFamily) -> Vec<Column> {
    let descriptor = family.descriptor();
    let mut columns: Vec<_> = descriptor
        .labels()
        .iter()
        .map(|label| Column {
            name: scraped_label(label.name),
            values: match label.values {
                LabelValues::Finite(values) | LabelValues::Optional(values) => {
                    Some(values.iter().map(|&value| value.to_owned()).collect())
                }
                _ => None,
            },
        })
        .collect();
    // a constant label tells series apart only where the family stands in several registries
    let constant = family.constant_labels();
    for (name, first) in constant {
        let mut values = constant.iter().filter(|(other, _)| other == name);
        if values.next().is_some_and(|(_, value)| value == first) && values.next().is_some() {
            let values = constant.iter().filter(|(other, _)| other == name);
            columns.push(Column {
                name: scraped_label(name),
                values: Some(values.map(|(_, value)| value.clone()).collect()),
            });
        }
    }
    columns
}

fn ends(family: &DeclaredFamily) -> Option<Ends> {
    let descriptor = family.descriptor();
    if !matches!(descriptor.kind(), Kind::Counter | Kind::Histogram) {
        return None;
    }
    let outcome = outcome_label(family);
    let mut labels = descriptor.labels().iter();
    labels.find_map(|label| {
        let (LabelValues::Finite(values) | LabelValues::Optional(values)) = label.values else {
            return None;
        };
        let failed = match label.name {
            name if Some(name) == outcome => "=~\"error|panic\"",
            // classes of HTTP status, as our middleware tells them
            _ if values.contains(&"5xx") => "=\"5xx\"",
            _ => return None,
        };
        let name = scraped_label(label.name);
        Some(Ends {
            failed: format!("{name}{failed}"),
            label: name,
            values: values.to_vec(),
        })
    })
}
