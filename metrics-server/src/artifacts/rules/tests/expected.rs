//! Tests: which rules come of which declarations, in their exact text.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use metrics_core::{
    Declaration, Declarations, DeclaredFamily, Descriptor, Kind, Latency, Measured, Objective,
    SetDescriptor, Success,
};

use crate::artifacts::rules::model::Rule;
use crate::artifacts::rules::{Group, file, groups};
use crate::artifacts::sample;
use crate::artifacts::settings::Settings;

fn settings() -> Settings {
    Settings {
        name: "chatbox".to_owned(),
        ..Settings::default()
    }
}

fn groups_of(declarations: &Declarations) -> Vec<Group> {
    groups(declarations, &settings()).expect("nothing is wrong")
}

/// A group of the sample, as text.
fn group(name: &str) -> String {
    let mut groups = groups_of(&sample::declarations());
    groups.retain(|group| group.name == name);
    file(&groups, &settings())
}

/// The expressions of the records over five minutes for an objective of the sample's families.
fn records(time: &'static Descriptor, latency: Option<Duration>, success: bool) -> Vec<String> {
    records_of(sample::declarations(), time, latency, success)
}

fn records_of(
    mut all: Declarations,
    time: &'static Descriptor,
    latency: Option<Duration>,
    success: bool,
) -> Vec<String> {
    let latency = latency.map(|threshold| Latency {
        percent: 99.0,
        budget: 0.01,
        threshold,
    });
    let objective = Objective {
        function: "f",
        module: "m",
        latency: Vec::leak(latency.into_iter().collect()),
        success: success.then_some(Success {
            percent: 99.9,
            budget: 0.001,
        }),
        measured: Measured::Families {
            time: Some(time),
            calls: None,
            errors: None,
        },
        source: sample::CHAT.source,
    };
    all.objectives = vec![Box::leak(Box::new(objective))];
    let rules = groups_of(&all).into_iter().flat_map(|group| group.rules);
    rules
        .filter_map(|rule| match rule {
            Rule::Record(record) if record.name.ends_with("_rate5m") => Some(record.expr),
            _ => None,
        })
        .collect()
}

fn family(field: &str) -> &'static Descriptor {
    let mut families = sample::CHAT.families.iter();
    let found = families.find(|family| family.field() == field);
    found.expect("the sample has it")
}

#[test]
fn an_alert_is_written_as_it_was_declared() {
    let expected = r#"# Generated from the metric declarations of chatbox. Do not edit: change the code.
# Rules for Prometheus.
groups:
  - name: "chatbox::chat::Chat"
    rules:
      - alert: "TooManyConnections"
        expr: "chat_connections > 1000"
        for: "5m"
        labels:
          severity: "warning"
        annotations:
          summary: "There is too much of it."
          description: "It is {{ $value }} at {{ $labels.instance }}."
      - alert: "ManyErrors"
        expr: "rate(chat_errors_total[5m]) > 10"
        for: "5m"
        labels:
          severity: "warning"
        annotations:
          summary: "There is too much of it."
          description: "It is {{ $value }} at {{ $labels.instance }}."
"#;
    assert_eq!(group("chatbox::chat::Chat"), expected);
}

#[test]
fn a_service_that_is_down_is_told_of_by_its_job_and_under_the_name_that_it_was_given() {
    let settings = Settings {
        target_down: "ChatDown".to_owned(),
        ..settings()
    };
    let groups = groups(&sample::declarations(), &settings).expect("nothing is wrong");
    let text = file(&groups[..1], &settings);
    let expected = r#"      - alert: "ChatDown"
        expr: 'up{job="chatbox"} == 0 or absent(up{job="chatbox"}) == 1'
        for: "2m"
        labels:
          severity: "critical"
"#;
    assert!(text.contains(expected), "{text}");
}

#[test]
fn an_objective_is_recorded_over_seven_windows_and_told_of_by_four_pairs_of_them() {
    let text = group("slo:chatbox::chat::reply");
    let record = r#"
      - record: "job:chat_latency_seconds:error_ratio_rate5m"
        expr: 'sum by (namespace, job) (rate(chat_latency_seconds_count{outcome=~"error|panic"}[5m])) / (sum by (namespace, job) (rate(chat_latency_seconds_count[5m])) > 0)'
        labels:
          function: "reply"
          module: "chatbox::chat"
"#;
    assert!(text.contains(record), "{text}");
    let alert = r#"
      - alert: "LatencyBudgetBurn"
        expr: 'job:chat_latency_seconds:slow_ratio_rate6h{function="reply", module="chatbox::chat", threshold="250ms"} > 6 * 0.01 and job:chat_latency_seconds:slow_ratio_rate30m{function="reply", module="chatbox::chat", threshold="250ms"} > 6 * 0.01'
        for: "2m"
        labels:
          severity: "page"
          long_window: "6h"
          short_window: "30m"
          function: "reply"
          module: "chatbox::chat"
          threshold: "250ms"
        annotations:
          summary: "{{ $labels.function }} of {{ $labels.job }} is too slow."
          description: "In the last 6 hours, {{ $value | humanizePercentage }} of the calls of {{ $labels.function }} in {{ $labels.module }} took longer than 250ms; 99% are to take less. At this pace the slow calls that 30 days may have are used up within 5 days."
"#;
    assert!(text.contains(alert), "{text}");

    let found = |marks: &[&str]| {
        let lines = text.lines().map(str::trim_start);
        let of_marks = lines.filter(|line| marks.iter().any(|mark| line.starts_with(mark)));
        of_marks.map(str::to_owned).collect::<Vec<_>>()
    };
    let names = found(&["- record"]);
    let windows: Vec<_> = names
        .iter()
        .map(|name| name.rsplit("_rate").next())
        .collect();
    let expected = ["5m\"", "30m\"", "1h\"", "2h\"", "6h\"", "1d\"", "3d\""].map(Some);
    assert_eq!(windows, [expected, expected].concat());
    let alerts = found(&["expr: 'job:", "for:", "severity:"]).concat();
    let factors: Vec<_> = alerts
        .split("> ")
        .skip(1)
        .map(|rest| rest.split([' ', '\'']).next().unwrap_or_default())
        .collect();
    let expected = ["14.4", "14.4", "6", "6", "3", "3", "1", "1"];
    assert_eq!(factors, [expected, expected].concat());
    let holds = found(&["for:", "severity:"]).concat();
    let [page, ticket] = [
        r#"for: "2m"severity: "page""#,
        r#"for: "15m"severity: "ticket""#,
    ];
    let of_one = [page, page, ticket, ticket].concat();
    assert_eq!(holds, of_one.repeat(2));
    // a group is evaluated in its order
    let last_record = text.rfind("- record:");
    assert!(last_record < text.find("- alert:"), "{text}");
}

#[test]
fn a_function_without_metrics_of_its_own_is_chosen_among_all_and_a_whole_bound_found_in_both_spellings()
 {
    let text = group("slo:metrics_server::artifacts::sample::ask");
    for expr in [
        r#"'sum by (namespace, job) (rate(function_calls_total{function="ask", module="metrics_server::artifacts::sample", outcome=~"error|panic"}[5m])) / (sum by (namespace, job) (rate(function_calls_total{function="ask", module="metrics_server::artifacts::sample"}[5m])) > 0)'"#,
        r#"'1 - sum by (namespace, job) (rate(function_duration_seconds_bucket{function="ask", module="metrics_server::artifacts::sample", le=~"1|1[.]0"}[5m])) / (sum by (namespace, job) (rate(function_duration_seconds_count{function="ask", module="metrics_server::artifacts::sample"}[5m])) > 0)'"#,
    ] {
        assert!(text.contains(expr), "{text}");
    }
}

#[test]
fn a_record_is_computed_over_the_window_that_its_name_tells() {
    let declarations = sample::declarations();
    let rules = groups_of(&declarations)
        .into_iter()
        .flat_map(|group| group.rules);
    let mut windows = BTreeSet::new();
    for rule in rules {
        let Rule::Record(record) = rule else { continue };
        let (_, named) = record.name.rsplit_once("_rate").expect("it ends so");
        // in `1[.]0` there is no length
        let ranges: BTreeSet<_> = record
            .expr
            .split('[')
            .filter_map(|part| part.split_once(']'))
            .map(|(range, _)| range)
            .filter(|range| *range != "." && *range != "+")
            .collect();
        assert_eq!(ranges, BTreeSet::from([named]), "{record:?}");
        windows.insert(named.to_owned());
    }
    assert_eq!(windows.len(), 7, "{windows:?}");
}

#[test]
fn of_sets_that_a_macro_made_in_one_line_an_objective_has_its_own() {
    let place = sample::CHAT.source.at(900);
    let set = |prefix| {
        let declared = Declaration::new(prefix, "wait", "Time.", place).unit("seconds");
        let families = vec![Descriptor::new(declared, Kind::Histogram, &[])].leak();
        SetDescriptor {
            families,
            nested: &[],
            ..sample::CHAT
        }
    };
    let (one, other) = (set("a"), set("b"));
    let mut all = sample::declarations();
    for set in [one, other] {
        all.families
            .extend(set.all_families().map(DeclaredFamily::of_set));
    }
    for (set, name) in [(one, "a_wait_seconds"), (other, "b_wait_seconds")] {
        let threshold = Some(Duration::from_millis(250));
        let exprs = records_of(all.clone(), &set.families[0], threshold, false);
        assert!(exprs.concat().contains(name), "{exprs:?}");
    }
}

#[test]
fn a_threshold_is_in_the_unit_of_its_histogram() {
    let exprs = records(
        family("hop_latency"),
        Some(Duration::from_millis(250)),
        false,
    );
    let expected = r#"1 - sum by (namespace, job) (rate(chat_hop_latency_milliseconds_bucket{le=~"250|250[.]0"}[5m])) / (sum by (namespace, job) (rate(chat_hop_latency_milliseconds_count[5m])) > 0)"#;
    assert_eq!(exprs, [expected]);
}

#[test]
fn the_unit_of_a_histogram_may_be_in_its_name_alone() {
    static WAIT: [Descriptor; 1] = [Descriptor::new(
        Declaration::new(
            "shop",
            "wait_seconds",
            "Time in the queue.",
            sample::CHAT.source.at(900),
        ),
        Kind::Histogram,
        &[],
    )];
    static SHOP: SetDescriptor = SetDescriptor {
        families: &WAIT,
        ..sample::CHAT
    };
    let mut all = sample::declarations();
    let families = SHOP.all_families().map(DeclaredFamily::of_set);
    all.families.extend(families);
    let exprs = records_of(all, &WAIT[0], Some(Duration::from_millis(250)), false);
    let expected = r#"1 - sum by (namespace, job) (rate(shop_wait_seconds_bucket{le="0.25"}[5m])) / (sum by (namespace, job) (rate(shop_wait_seconds_count[5m])) > 0)"#;
    assert_eq!(exprs, [expected]);
}

#[test]
fn what_failed_is_not_slow_as_well_where_failures_are_told_of() {
    let latency = Some(Duration::from_millis(250));
    let among = |exprs: Vec<String>| exprs.last().map(|expr| expr.contains("outcome!~"));
    assert_eq!(among(records(family("latency"), latency, true)), Some(true));
    assert_eq!(
        among(records(family("latency"), latency, false)),
        Some(false)
    );
}

#[test]
fn a_histogram_with_buckets_of_both_kinds_is_read_by_those_that_were_scraped() {
    let exprs = records(family("pause"), Some(Duration::from_secs(10)), false);
    let expected = r#"1 - sum by (namespace, job) (rate(chat_pause_seconds_bucket{le=~"10|10[.]0"}[5m])) / (sum by (namespace, job) (rate(chat_pause_seconds_count[5m])) > 0) or 1 - histogram_fraction(0, 10, sum by (namespace, job) (rate(chat_pause_seconds[5m]))) and histogram_count(sum by (namespace, job) (rate(chat_pause_seconds[5m]))) > 0"#;
    assert_eq!(exprs, [expected]);
}

#[test]
fn the_same_declarations_make_the_same_text() {
    let text = || file(&groups_of(&sample::declarations()), &settings());
    assert_eq!(text(), text());
}

#[test]
fn promtool_finds_nothing_in_all_of_it() {
    let mut declarations = sample::declarations();
    // a second function of the same families, and more than one share
    let objective = Objective {
        function: "other",
        latency: vec![
            Latency {
                percent: 99.0,
                budget: 0.01,
                threshold: Duration::from_millis(250),
            },
            Latency {
                percent: 99.9,
                budget: 0.001,
                threshold: Duration::from_secs(1),
            },
        ]
        .leak(),
        ..*declarations.objectives[1]
    };
    declarations.objectives.push(Box::leak(Box::new(objective)));
    let path = std::env::temp_dir().join(format!("rules.{}.yml", std::process::id()));
    std::fs::write(&path, file(&groups_of(&declarations), &settings()))
        .expect("the folder can be written");
    let check = Command::new("promtool")
        .args(["check", "rules", "--lint=all", "--lint-fatal"])
        .arg(&path)
        .output();
    std::fs::remove_file(&path).expect("it was written");
    let check = check.expect("`tests/run needs` installs promtool");
    let said = [check.stdout, check.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(check.status.success() && said.contains("SUCCESS"), "{said}");
}
