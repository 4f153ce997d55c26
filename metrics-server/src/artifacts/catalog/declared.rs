//! From declarations to the catalogue.

use std::collections::BTreeMap;

use metrics_core::{
    Declarations, DeclaredFamily, DeclaredFunction, Descriptor, Kind, LabelDescriptor, LabelValues,
    Measured, SetDescriptor, Source,
};

use super::model::{
    Alert, Catalog, ConstantLabel, Family, Function, Hpa, Label, Latency, Native, Objective, Place,
    Set, VERSION,
};
use super::place::stable;
use crate::artifacts::families::is_declared_by;
use crate::artifacts::settings::Settings;

impl Catalog {
    /// All that is declared, of the service of this name.
    pub(crate) fn of(declarations: &Declarations, settings: &Settings) -> Self {
        let sets = declarations.families.iter().flat_map(DeclaredFamily::sets);
        let sets: BTreeMap<_, _> = sets.map(|set| (path(set), set)).collect();
        let families = declarations.families.iter();
        let functions = declarations.functions.iter();
        Self {
            version: VERSION,
            service: settings.name.clone(),
            families: families.map(|one| family(one, declarations)).collect(),
            sets: sets
                .into_iter()
                .map(|(path, set)| of_set(path, set))
                .collect(),
            functions: functions.map(|one| function(one, declarations)).collect(),
            objectives: objectives(declarations),
        }
    }
}

fn family(family: &DeclaredFamily, declarations: &Declarations) -> Family {
    let descriptor = family.descriptor();
    let sets: Vec<_> = family.sets().map(path).collect();
    let field = (!sets.is_empty()).then(|| descriptor.field().to_owned());
    Family {
        name: family.name().to_owned(),
        kind: descriptor.kind().as_str().to_owned(),
        unit: text(descriptor.unit()),
        help: descriptor.help().to_owned(),
        labels: labels(family, declarations),
        constant_labels: constant_labels(family),
        buckets: descriptor.bounds().to_vec(),
        native: descriptor.native().map(|native| Native {
            schema: native.schema,
            max_buckets: native.max_buckets,
            zero_threshold: native.zero_threshold,
        }),
        exemplars: descriptor.takes_exemplars(),
        derived: descriptor.derived().map(|of| of.as_str().to_owned()),
        idle_seconds: descriptor.idle().map(|idle| idle.as_secs_f64()),
        sets,
        declared: place(descriptor.source(), field),
        alerts: alerts(family),
        hpa: descriptor.scaling().map(|scaling| Hpa {
            average: scaling.average,
            min: scaling.min,
            max: scaling.max,
        }),
    }
}

fn labels(family: &DeclaredFamily, declarations: &Declarations) -> Vec<Label> {
    let declared = family.descriptor().labels().iter();
    let mut labels: Vec<_> = declared.map(label).collect();
    if family.sets().next().is_none() {
        // what is open to the registry is known of a program: the functions that are linked
        for label in &mut labels {
            if let Some(values) = of_functions(&label.name, family.name(), declarations) {
                label.values = Some(values);
            }
        }
    }
    labels.extend(family.state_label().map(|name| Label {
        name,
        values: Some(family.states().to_vec()).filter(|states| !states.is_empty()),
        optional: false,
        max: None,
        overflow: None,
    }));
    labels
}

fn label(label: &LabelDescriptor) -> Label {
    let mut told = Label {
        name: label.name.to_owned(),
        values: None,
        optional: false,
        max: None,
        overflow: None,
    };
    match label.values {
        LabelValues::Finite(values) => told.values = Some(owned(values)),
        LabelValues::Optional(values) => {
            told.values = Some(owned(values));
            told.optional = true;
        }
        LabelValues::Open { max, overflow, .. } if max < usize::MAX => {
            told.max = Some(max as u64);
            told.overflow = Some(overflow.to_owned());
        }
        // those of the registry itself have no cap
        _ => {}
    }
    told
}

/// The values of the label `function` or `module` of a family that all functions share.
fn of_functions(label: &str, family: &str, declarations: &Declarations) -> Option<Vec<String>> {
    let functions = declarations.functions.iter();
    let mut feeding = functions
        .filter(|function| function.families.contains(&family))
        .peekable();
    feeding.peek()?;
    let mut values: Vec<String> = match label {
        "function" => feeding.map(|function| function.name.to_owned()).collect(),
        "module" => feeding.map(|function| function.module.to_owned()).collect(),
        _ => return None,
    };
    values.sort_unstable();
    values.dedup();
    Some(values)
}

fn function(function: &DeclaredFunction, declarations: &Declarations) -> Function {
    let is_histogram = |family: &DeclaredFamily| {
        family.descriptor().kind() == Kind::Histogram && function.families.contains(&family.name())
    };
    let has_histogram = declarations.families.iter().any(is_histogram);
    Function {
        name: function.name.to_owned(),
        module: function.module.to_owned(),
        families: owned(&function.families),
        buckets: if has_histogram {
            function.bounds.to_vec()
        } else {
            Vec::new()
        },
    }
}

fn constant_labels(family: &DeclaredFamily) -> Vec<ConstantLabel> {
    let mut labels: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, value) in family.constant_labels() {
        labels.entry(name).or_default().push(value.clone());
    }
    let labels = labels.into_iter().map(|(name, mut values)| {
        values.sort_unstable();
        ConstantLabel {
            name: name.to_owned(),
            values,
        }
    });
    labels.collect()
}

fn alerts(family: &DeclaredFamily) -> Vec<Alert> {
    let alerts = family.descriptor().alerts().iter();
    alerts
        .map(|alert| Alert {
            name: alert.name.to_owned(),
            expr: alert.expr.of(family.name()).to_string(),
            for_seconds: alert.hold.as_secs_f64(),
            severity: alert.severity.to_owned(),
            summary: alert.summary.to_owned(),
            description: text(alert.description),
            runbook: text(alert.runbook),
        })
        .collect()
}

fn objectives(declarations: &Declarations) -> Vec<Objective> {
    let objectives = declarations.objectives.iter();
    objectives
        .map(|objective| Objective {
            function: objective.function.to_owned(),
            module: objective.module.to_owned(),
            latency: objective
                .latency
                .iter()
                .map(|latency| Latency {
                    percent: latency.percent,
                    seconds: latency.threshold.as_secs_f64(),
                })
                .collect(),
            success_percent: objective.success.map(|success| success.percent),
            families: measured(&objective.measured, declarations),
            declared: place(objective.source, None),
        })
        .collect()
}

/// The names of the families that tell how the calls go.
fn measured(measured: &Measured, declarations: &Declarations) -> Vec<String> {
    let is_it: Box<dyn Fn(&DeclaredFamily) -> bool> = match measured {
        Measured::Function => Box::new(|family| {
            let name = family.name();
            let is_fed = ["function_calls_total", "function_duration_seconds"].contains(&name);
            is_fed && family.sets().next().is_none()
        }),
        Measured::Families {
            time,
            calls,
            errors,
        } => {
            let of: Vec<&Descriptor> = [time, calls, errors]
                .into_iter()
                .copied()
                .flatten()
                .collect();
            Box::new(move |family| of.iter().any(|of| is_declared_by(family, of)))
        }
    };
    let families = declarations.families.iter().filter(|family| is_it(family));
    families.map(|family| family.name().to_owned()).collect()
}

fn of_set(path: String, set: &SetDescriptor) -> Set {
    Set {
        path,
        help: set.help.to_owned(),
        declared: place(set.source, None),
    }
}

fn path(set: &SetDescriptor) -> String {
    format!("{}::{}", set.source.module, set.name)
}

fn place(source: Source, field: Option<String>) -> Place {
    Place {
        package: source.package.to_owned(),
        file: stable(source.file),
        line: source.line,
        field,
    }
}

fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}
