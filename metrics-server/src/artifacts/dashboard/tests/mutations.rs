//! Each rule of the linter sees what it is for: a dashboard that is right, broken in one way for each.

use serde_json::{Value, json};

use super::lint::lint;
use super::{SAMPLE_GAUGES, sample};

/// Breaks a dashboard.
type Break = fn(&mut Value);

/// The first panel of this type.
fn panel<'a>(dashboard: &'a mut Value, r#type: &str) -> &'a mut Value {
    let panels = dashboard["panels"].as_array_mut().expect("panels");
    let mut panels = panels.iter_mut();
    panels
        .find(|panel| panel["type"] == r#type)
        .expect("a panel of this type")
}

fn variable<'a>(dashboard: &'a mut Value, name: &str) -> &'a mut Value {
    let list = dashboard["templating"]["list"].as_array_mut();
    let mut list = list.expect("variables").iter_mut();
    list.find(|one| one["name"] == name)
        .expect("a variable of this name")
}

/// Replaces it in the first query that has it.
fn in_query(dashboard: &mut Value, from: &str, to: &str) {
    let panels = dashboard["panels"].as_array_mut().expect("panels");
    let targets = panels
        .iter_mut()
        .filter_map(|panel| panel["targets"].as_array_mut());
    let mut exprs = targets.flatten().map(|target| &mut target["expr"]);
    let found = exprs.find(|expr| expr.as_str().is_some_and(|expr| expr.contains(from)));
    let expr = found.expect("a query with it");
    *expr = json!(expr.as_str().unwrap_or_default().replacen(from, to, 1));
}

const BREAKS: [(&str, Break); 23] = [
    ("template-datasource-rule", |d| {
        variable(d, "datasource")["name"] = json!("source");
    }),
    ("template-datasource-rule", |d| {
        variable(d, "datasource")["label"] = json!("Source");
    }),
    ("template-job-rule", |d| {
        variable(d, "job")["multi"] = json!(false);
    }),
    ("template-job-rule", |d| {
        variable(d, "job")["allValue"] = json!(".*");
    }),
    ("template-instance-rule", |d| {
        variable(d, "instance")["label"] = json!("instance");
    }),
    ("template-label-promql-rule", |d| {
        variable(d, "job")["query"] = json!("label_values(up{, job)");
    }),
    ("template-on-time-change-reload-rule", |d| {
        variable(d, "job")["refresh"] = json!(1);
    }),
    ("panel-datasource-rule", |d| {
        panel(d, "timeseries")["datasource"]["uid"] = json!("abc");
    }),
    ("panel-title-description-rule", |d| {
        panel(d, "heatmap")["description"] = json!("");
    }),
    ("panel-title-description-rule", |d| {
        panel(d, "stat")["title"] = json!(" ");
    }),
    ("panel-units-rule", |d| {
        panel(d, "timeseries")["fieldConfig"]["defaults"]["unit"] = json!("eps");
    }),
    ("panel-units-rule", |d| {
        panel(d, "heatmap")["options"]["yAxis"]["unit"] = Value::Null;
    }),
    ("panel-no-targets-rule", |d| {
        panel(d, "bargauge")["targets"] = json!([]);
    }),
    ("target-logql-rule", |d| {
        panel(d, "stat")["targets"][0]["datasource"]["type"] = json!("loki");
    }),
    ("target-logql-auto-rule", |d| {
        let target = &mut panel(d, "stat")["targets"][0];
        target["datasource"]["type"] = json!("loki");
        target["expr"] = json!("rate({job=\"a\"}[5m])");
    }),
    ("target-promql-rule", |d| in_query(d, "sum(", "sum((")),
    ("target-promql-rule", |d| {
        panel(d, "heatmap")["targets"][0]["expr"] = json!("");
    }),
    ("target-rate-interval-rule", |d| {
        in_query(d, "[$__rate_interval]", "[5m]");
    }),
    ("target-job-rule", |d| {
        in_query(d, "job=~\"$job\"", "job=\"$job\"");
    }),
    ("target-instance-rule", |d| {
        in_query(d, ", instance=~\"$instance\"", "");
    }),
    ("target-counter-agg-rule", |d| {
        in_query(d, "rate(function_calls_total", "deriv(function_calls_total");
    }),
    ("uneditable-dashboard", |d| d["editable"] = json!(true)),
    ("uneditable-dashboard", |d| {
        d.as_object_mut().map(|d| d.remove("editable"));
    }),
];

#[test]
fn each_rule_sees_what_breaks_it() {
    let right = sample();
    for (rule, broken) in BREAKS {
        let mut dashboard = right.clone();
        broken(&mut dashboard);
        let found = lint(&dashboard, SAMPLE_GAUGES);
        let rules: Vec<_> = found.iter().map(|(rule, _)| *rule).collect();
        // LogQL is refused by both of its rules, unless it is LogQL
        assert!(rules.contains(&rule), "{rule}: {rules:?}");
        assert!(
            rules
                .iter()
                .all(|one| *one == rule || one.contains("logql")),
            "{rule}: {rules:?}"
        );
    }
}

#[test]
fn every_rule_is_broken_once() {
    let mut rules: Vec<_> = BREAKS.iter().map(|(rule, _)| *rule).collect();
    rules.dedup();
    assert_eq!(rules.len(), 17, "{rules:?}");
}
