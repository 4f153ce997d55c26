//! Whether Prometheus takes what panels and variables ask: its promtool reads each expression as a rule.

use std::process::Command;

use serde_json::{Value, json};

use super::lint::{list, panels};
use super::{sample, whole};

/// Every expression, with what Grafana puts in for its variables.
fn expressions(dashboard: &Value) -> Vec<String> {
    let targets = panels(dashboard).flat_map(|panel| list(&panel["targets"]));
    let of_panels = targets.map(|target| target["expr"].clone());
    let variables = list(&dashboard["templating"]["list"]).iter();
    let of_variables = variables.filter_map(|variable| {
        let asked = variable["query"].as_str()?.strip_prefix("label_values(")?;
        Some(json!(asked.rsplit_once(", ")?.0))
    });
    let all = of_panels.chain(of_variables);
    all.map(|expr| {
        let expr = expr.as_str().unwrap_or_default();
        expr.replace("$__rate_interval", "1m")
            .replace("\"$job\"", "\".+\"")
            .replace("\"$instance\"", "\".+\"")
    })
    .collect()
}

/// What promtool says of them, if it is not content.
fn refused(expressions: &[String], name: &str) -> Option<String> {
    let rules: Vec<_> = expressions
        .iter()
        .enumerate()
        .map(|(place, expr)| json!({"record": "a:b", "expr": expr, "labels": {"place": place.to_string()}}))
        .collect();
    let file = std::env::temp_dir().join(format!("dashboard-{name}-{}.yml", std::process::id()));
    // JSON is YAML
    let rules = json!({"groups": [{"name": "panels", "rules": rules}]});
    std::fs::write(&file, rules.to_string()).expect("a file of rules");
    let told = Command::new("promtool")
        .arg("check")
        .arg("rules")
        .arg(&file)
        .output();
    std::fs::remove_file(&file).expect("the file again");
    let told = told.expect("promtool runs; `tests/run needs` installs it");
    let said = [told.stdout, told.stderr].concat();
    (!told.status.success()).then(|| String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn prometheus_takes_every_query_and_refuses_what_is_none() {
    let mut all = expressions(&sample());
    all.extend(expressions(&whole()));
    assert!(all.len() > 50, "{all:?}");
    assert_eq!(refused(&all, "right"), None);
    let broken = refused(&["sum(".to_owned()], "broken").unwrap_or_default();
    assert!(broken.contains("unclosed left parenthesis"), "{broken}");
}
