//! The alerts that families declare, and those of the registry's own trouble: a group for each set.

use std::collections::BTreeMap;

use metrics_core::{Alert, DeclaredFamily, Source};

use super::check::{Series, check};
use super::mistakes::Mistakes;
use super::model::{AlertRule, Group, Origin, Rule};

/// An alert at the family that declares it.
#[derive(Clone, Copy)]
struct Declared<'a> {
    family: &'a DeclaredFamily,
    alert: &'static Alert,
}

pub(super) fn groups(
    families: &[DeclaredFamily],
    without: &[String],
    series: &Series<'_>,
    generated: &[&str],
    mistakes: &mut Mistakes,
) -> Vec<Group> {
    let mut all: Vec<_> = families
        .iter()
        .flat_map(|family| {
            let alerts = family.descriptor().alerts().iter();
            alerts.map(move |alert| Declared { family, alert })
        })
        .collect();
    for unwanted in without {
        if !all.iter().any(|declared| declared.is(unwanted)) {
            mistakes.extend(vec![format!(
                "`without_alert({unwanted:?})` leaves out nothing; write the name of a declared alert, or its package and name, `\"package::Name\"`"
            )]);
        }
    }
    all.retain(|declared| !without.iter().any(|unwanted| declared.is(unwanted)));
    check_names(&all, generated, mistakes);
    let mut groups: BTreeMap<String, Vec<Rule>> = BTreeMap::new();
    for declared in &all {
        check(declared.family, declared.alert, series, mistakes);
        let is_same = |other: &&Declared<'_>| other.place() == declared.place();
        let stands_alone = all.iter().filter(is_same).count() == 1;
        let rule = declared.rule(stands_alone);
        let group = groups.entry(group_of(declared.family)).or_default();
        group.push(Rule::Alert(rule));
    }
    let group = |(name, rules)| Group { name, rules };
    groups.into_iter().map(group).collect()
}

impl Declared<'_> {
    /// What tells declarations apart: of fields that a macro made, all may be in one line.
    fn place(&self) -> (Source, &str, &str) {
        let descriptor = self.family.descriptor();
        (self.alert.source, descriptor.name(), self.alert.name)
    }

    /// Whether it is called so, with its package or without.
    fn is(&self, called: &str) -> bool {
        let name = match called.split_once("::") {
            Some((package, name)) if package == self.alert.source.package => name,
            Some(_) => return false,
            None => called,
        };
        name == self.alert.name
    }

    fn rule(&self, stands_alone: bool) -> AlertRule {
        let Self { family, alert } = *self;
        let mut labels = vec![("severity".to_owned(), alert.severity.to_owned())];
        if !stands_alone {
            // the set is in several others: one alert for each of its families, which are told apart by that
            labels.push(("family".to_owned(), family.name().to_owned()));
        }
        let annotations = [
            ("summary", alert.summary),
            ("description", alert.description),
            ("runbook_url", alert.runbook),
        ];
        AlertRule {
            name: alert.name.to_owned(),
            expr: alert.expr.of(family.name()).to_string(),
            hold: alert.hold,
            labels,
            annotations: annotations
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .collect(),
            origin: Origin::Declared {
                family: family.clone(),
                alert,
            },
        }
    }
}

/// The set that a family was declared in, by its path, since another module may have one of the same name.
fn group_of(family: &DeclaredFamily) -> String {
    match family.sets().next_back() {
        Some(set) => format!("{}::{}", set.source.module, set.name),
        // no module has no path
        None => "metrics".to_owned(),
    }
}

/// Prometheus takes alerts of one name; people and Alertmanager take them for one.
fn check_names(all: &[Declared<'_>], generated: &[&str], mistakes: &mut Mistakes) {
    let mut first: BTreeMap<&str, &Declared<'_>> = BTreeMap::new();
    for declared in all {
        let Declared { alert, .. } = declared;
        if generated.contains(&alert.name) {
            mistakes.at(
                alert.source,
                format_args!(
                    "alert `{0}`: an alert that is generated has this name; name this one otherwise{1}",
                    alert.name,
                    or_without(alert)
                ),
            );
        }
        let other = first.entry(alert.name).or_insert(declared);
        if other.place() != declared.place() {
            mistakes.at(
                alert.source,
                format_args!(
                    "alert `{}`: another alert has this name, at {}; name one of them otherwise{}",
                    alert.name,
                    other.alert.source,
                    or_without(alert)
                ),
            );
        }
    }
}

/// The mend for who cannot change the library that declares it.
fn or_without(alert: &Alert) -> String {
    format!(
        ", or leave one out: `Artifacts::without_alert(\"{}::{}\")`",
        alert.source.package, alert.name
    )
}
