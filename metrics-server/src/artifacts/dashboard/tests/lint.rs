//! The 17 rules of Grafana's dashboard-linter, by its names, in a stricter reading: rules about the looks hold for all kinds
//! of panels, nothing switches one off, and a counter is known by its name, whatever its selector.

use std::collections::BTreeSet;

use serde_json::Value;

use super::promql::{Found, selectors};

/// The units that the linter knows.
const UNITS: &str = include_str!("units.txt");

/// What is wrong with a dashboard: the rule, and what it says. `gauges` are those whose names end as if they counted.
pub(super) fn lint(dashboard: &Value, gauges: &[&str]) -> BTreeSet<(&'static str, String)> {
    let mut linter = Linter {
        gauges,
        found: BTreeSet::new(),
    };
    linter.variables(dashboard);
    for panel in panels(dashboard) {
        linter.panel(panel);
        for target in list(&panel["targets"]) {
            linter.target(panel, target);
        }
    }
    if dashboard["editable"] != false {
        linter.report("uneditable-dashboard", dashboard);
    }
    linter.found
}

/// All panels that are no rows, also those inside of rows.
pub(super) fn panels(dashboard: &Value) -> impl Iterator<Item = &Value> {
    let all = list(&dashboard["panels"]).iter();
    let all = all.flat_map(|panel| [panel].into_iter().chain(list(&panel["panels"])));
    all.filter(|panel| panel["type"] != "row")
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

struct Linter<'a> {
    gauges: &'a [&'a str],
    found: BTreeSet<(&'static str, String)>,
}

impl Linter<'_> {
    fn report(&mut self, rule: &'static str, what: &Value) {
        self.found.insert((rule, what.to_string()));
    }

    fn expect(&mut self, rule: &'static str, is_right: bool, what: &Value) {
        if !is_right {
            self.report(rule, what);
        }
    }

    fn variables(&mut self, dashboard: &Value) {
        let variables = list(&dashboard["templating"]["list"]);
        let of_type =
            |r#type: &'static str| variables.iter().filter(move |one| one["type"] == r#type);
        let sources: Vec<_> = of_type("datasource").collect();
        let is_right = matches!(sources.as_slice(), [one]
            if one["name"] == "datasource" && one["label"] == "Data source" && one["query"] == "prometheus");
        self.expect(
            "template-datasource-rule",
            is_right,
            &dashboard["templating"],
        );
        for (rule, name, label) in [
            ("template-job-rule", "job", "Job"),
            ("template-instance-rule", "instance", "Instance"),
        ] {
            let is_right = |one: &&Value| {
                one["type"] == "query"
                    && one["label"] == label
                    && one["datasource"]["uid"] == "${datasource}"
                    && one["multi"] == true
                    && one["includeAll"] == true
                    && one["allValue"] == ".+"
            };
            let named = variables.iter().find(|one| one["name"] == name);
            self.expect(
                rule,
                named.as_ref().is_some_and(is_right),
                &dashboard["templating"],
            );
        }
        for variable in of_type("query") {
            let asked = text(&variable["query"]);
            let inner = asked
                .strip_prefix("label_values(")
                .and_then(|rest| rest.strip_suffix(')'));
            let selector = inner.and_then(|inner| inner.rsplit_once(", "));
            let is_right = selector.is_some_and(|(selector, _)| selectors(selector).is_ok());
            self.expect("template-label-promql-rule", is_right, variable);
            self.expect(
                "template-on-time-change-reload-rule",
                variable["refresh"] == 2,
                variable,
            );
        }
    }

    fn panel(&mut self, panel: &Value) {
        let source = &panel["datasource"]["uid"];
        self.expect("panel-datasource-rule", source == "${datasource}", panel);
        let has_words = [&panel["title"], &panel["description"]]
            .iter()
            .all(|words| !text(words).trim().is_empty());
        self.expect("panel-title-description-rule", has_words, panel);
        let unit = match text(&panel["type"]) {
            // its numbers are those of its axis
            "heatmap" => &panel["options"]["yAxis"]["unit"],
            _ => &panel["fieldConfig"]["defaults"]["unit"],
        };
        let is_unit = UNITS.lines().any(|known| known == text(unit));
        self.expect("panel-units-rule", is_unit, panel);
        self.expect(
            "panel-no-targets-rule",
            !list(&panel["targets"]).is_empty(),
            panel,
        );
    }

    fn target(&mut self, panel: &Value, target: &Value) {
        let expr = text(&target["expr"]);
        if target["datasource"]["type"] == "loki" {
            // LogQL begins with a selector of streams, and is about lines in a range that Grafana chooses
            self.expect(
                "target-logql-rule",
                expr.contains("({") || expr.starts_with('{'),
                panel,
            );
            let is_chosen = !expr.contains('[') || expr.contains("[$__auto]");
            self.expect("target-logql-auto-rule", is_chosen, panel);
            return;
        }
        let Ok(found) = selectors(expr) else {
            self.report("target-promql-rule", target);
            return;
        };
        for selector in &found {
            self.expect("target-job-rule", selector.asks_for_chosen("job"), target);
            self.expect(
                "target-instance-rule",
                selector.asks_for_chosen("instance"),
                target,
            );
            self.expect(
                "target-rate-interval-rule",
                is_range_right(selector),
                target,
            );
            let is_counted =
                selector.name.ends_with("_total") && !self.gauges.contains(&selector.name.as_str());
            let function = selector.function.as_deref();
            let is_rate = matches!(function, Some("rate" | "irate" | "increase"));
            self.expect("target-counter-agg-rule", !is_counted || is_rate, target);
        }
    }
}

/// Whether rates are over what Grafana takes for the shown range; ranges stand in functions.
fn is_range_right(selector: &Found) -> bool {
    match (selector.range.as_deref(), selector.function.as_deref()) {
        (Some("$__rate_interval"), _) => true,
        (Some(_), function) => !matches!(function, Some("rate" | "irate") | None),
        (None, function) => !matches!(function, Some("rate" | "irate")),
    }
}
