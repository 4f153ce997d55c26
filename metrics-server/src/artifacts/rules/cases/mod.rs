//! Cases for `promtool test rules`: of each alert some in which it fires, and some in which it does not, exact in labels and
//! annotations. Each silent case stands beside one of the same alert that fires: promtool also passes a case that names an
//! alert which is not there.
//!
//! `declared`, `example`, `burn` and `target` make cases, for rules of these origins. `evaluate` and `firing` are as much
//! of Prometheus as is needed to know what a case must expect.

mod aims;
mod burn;
mod case;
mod declared;
mod evaluate;
mod example;
mod expected;
mod firing;
mod inputs;
mod number;
#[cfg(test)]
mod promtool;
mod series;
mod target;
mod template;

use metrics_core::promql::{MetricName, Promql};
use metrics_core::{Declarations, DeclaredFamily, Kind};

use super::model::{AlertRule, Group, Origin, Rule};
use crate::Error;
use crate::artifacts::settings::Settings;
use crate::artifacts::yaml::{Yaml, origin};
use burn::Burn;
use case::Case;
use firing::EVALUATION;
use inputs::Scraped;

/// The test file for the rules that are in the file `rules`, or every alert that no cases can be made for.
pub(crate) fn tests(
    groups: &[Group],
    declarations: &Declarations,
    settings: &Settings,
    rules: &str,
) -> Result<String, Error> {
    let scraped = Scraped {
        declarations,
        settings,
    };
    let mut cases = Vec::new();
    let mut mistakes = Vec::new();
    let mut burns = Vec::new();
    let mut untested = Vec::new();
    for rule in groups.iter().flat_map(|group| &group.rules) {
        let Rule::Alert(rule) = rule else {
            continue;
        };
        let made = match &rule.origin {
            Origin::Declared { .. } => of_declared(rule, scraped),
            Origin::TargetDown => target::target(rule, scraped).map_err(|wrong| vec![wrong]),
            Origin::Burn { .. } => {
                burns.extend(Burn::of(rule));
                continue;
            }
        };
        match made {
            Ok(new) if new.is_empty() => untested.push(rule.name.as_str()),
            Ok(new) => cases.extend(new),
            Err(wrong) => mistakes.extend(wrong),
        }
    }
    match burn::cases(&burns, scraped) {
        Ok(new) => cases.extend(new),
        Err(wrong) => mistakes.push(wrong),
    }
    if !mistakes.is_empty() {
        return Err(Error::Artifacts(mistakes));
    }
    let mut remark = origin(&settings.name);
    remark.push_str(&format!(
        "\nRun by: promtool test rules, in the folder of {rules}."
    ));
    if burns.iter().any(Burn::is_native) {
        remark.push_str(
            "\nBudgets of histograms that have native buckets alone are tested from what is recorded on: promtool 2.42 cannot be given such histograms.",
        );
    }
    if !untested.is_empty() {
        remark.push_str(&format!(
            "\nNot tested, since they read native histograms, which promtool 2.42 cannot be given: {}.",
            untested.join(", ")
        ));
    }
    Ok(file(groups, &cases, rules).remarked(remark).document())
}

/// Cases of a declared alert, or what is wrong with it, with its place. None of what reads native histograms: neither we nor
/// its author can give promtool such.
fn of_declared(rule: &AlertRule, scraped: Scraped<'_>) -> Result<Vec<Case>, Vec<String>> {
    let Origin::Declared { family, alert } = &rule.origin else {
        return Ok(Vec::new());
    };
    if reads_native(&alert.expr, family, scraped.declarations) {
        return Ok(Vec::new());
    }
    let at = |what: String| format!("alert `{}` at {}: {what}", rule.name, alert.source);
    let made = match &alert.example {
        Some(example) => example::example(rule, family, &alert.expr, example),
        None => declared::declared(rule, family, &alert.expr, scraped).map_err(|wrong| vec![wrong]),
    };
    match made {
        Ok(cases) if cases.is_empty() => Err(vec![at(format!(
            "no series can be found with which `{}` fires, and others with which it does not; add such to the alert: `fires = \"…\", silent = \"…\"`, a series a line, as in `{}{{job=\"x\"}} 0+10x20`",
            rule.expr,
            family.name()
        ))]),
        Ok(cases) => Ok(cases),
        Err(wrong) => Err(wrong.into_iter().map(at).collect()),
    }
}

/// Whether an expression reads the series that a histogram has under its own name, which are native.
fn reads_native(expression: &Promql, own: &DeclaredFamily, declarations: &Declarations) -> bool {
    let mut is_native = false;
    expression.selectors(&mut |selector| {
        let name = match selector.metric {
            MetricName::Own(suffix) if !suffix.is_empty() => return,
            MetricName::Own(_) => own.name(),
            MetricName::Named(name) => name,
        };
        let mut families = declarations.families.iter();
        is_native |= families
            .any(|family| family.descriptor().kind() == Kind::Histogram && family.name() == name);
    });
    is_native
}

fn file(groups: &[Group], cases: &[Case], rules: &str) -> Yaml {
    let mut pairs = vec![
        ("rule_files", Yaml::list([Yaml::from(rules)])),
        (
            "evaluation_interval",
            Yaml::from(format!("{}s", EVALUATION.as_secs())),
        ),
    ];
    if !groups.is_empty() {
        // else in any order, another each time
        let names = groups.iter().map(|group| Yaml::from(group.name.as_str()));
        pairs.push(("group_eval_order", Yaml::list(names)));
    }
    pairs.push(("tests", Yaml::list(cases.iter().map(Case::yaml))));
    Yaml::map(pairs)
}

#[test]
fn an_alert_that_nothing_is_known_of_asks_for_an_example() {
    let mut rule = example::tests::rule(0);
    let known = crate::artifacts::sample::declarations();
    let settings = Settings::default();
    let scraped = Scraped {
        declarations: &known,
        settings: &settings,
    };
    let wrong = of_declared(&rule, scraped).expect_err("a value and an older one");
    let wrong = wrong.join("; ");
    assert!(wrong.starts_with("alert `Rising` at "), "{wrong}");
    assert!(wrong.contains("`fires = \"…\", silent = \"…\"`"), "{wrong}");
    // and one whose text cannot be rendered says so
    rule = example::tests::rule(2);
    rule.annotations[0].1 = "{{ query \"up\" }}".to_owned();
    let wrong = of_declared(&rule, scraped).expect_err("no such function");
    assert!(wrong.concat().contains("is not a template"), "{wrong:?}");
}
