//! What promtool says to generated cases: all of them pass, and once a rule is changed, one fails.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{env, fs, process};

use metrics_core::{
    Counter, Declarations, DeclaredFamily, Gauge, Histogram, Label, LabelSet, Latency, Measured,
    MetricSet, Objective, Outcome, SetDescriptor, Success,
};

use super::super::model::{AlertRule, Record, Rule};
use super::super::{Group, file, groups};
use super::tests;
use crate::artifacts::sample;
use crate::artifacts::settings::Settings;

#[derive(Label)]
#[expect(dead_code, reason = "its values are all that is asked for")]
enum Provider {
    OpenAi,
    Dify,
}

#[derive(LabelSet)]
struct Call {
    provider: Provider,
    outcome: Outcome,
    #[label(open, max = 10)]
    room: String,
}

/// A set whose metrics have many alerts: `field: Type { Name "expression" "for", … }`.
macro_rules! alerts {
    ($set:ident { $($field:ident: $kind:ty $([$($more:tt)*])? { $($name:tt $expr:tt $hold:tt,)* })* }) => {
        /// A set of alerts.
        #[derive(MetricSet)]
        #[metrics(prefix = "t", register = false)]
        struct $set {
            $(
                /// Something.
                $(#[metric(alert(
                    name = $name,
                    expr = $expr,
                    for = $hold,
                    severity = "warning",
                    summary = "{{ $value }} {{ $value | humanize }} {{ $value | humanizeDuration }}",
                    description = "{{ $value | humanizePercentage }} {{ $value | printf \"%.2f\" }}",
                ))])*
                $(#[metric($($more)*)])?
                $field: $kind,
            )*
        }
    };
}

alerts!(Forms {
    connections: Gauge {
        "GaugeAbove" "> 1000" "5m",
        "GaugeAtLeast" ">= 10" "5m",
        "GaugeBelow" "< 2" "2m",
        "GaugeAtMost" "<= 0.5" "2m",
        "GaugeIs" "== 0" "90s",
        "GaugeIsNot" "!= 3" "0s",
        "GaugeNegative" "< -5" "5m",
        "GaugeTurned" "1000 < $self" "5m",
        "GaugeSum" "sum by (job) ($self) > 1000000" "5m",
        "GaugeWithout" "max without (instance) ($self) > 7" "5m",
        "GaugeAverage" "avg($self) > 0.25" "5m",
        "GaugeCount" "count by (job) ($self == 0) > 0" "5m",
        "GaugePercent" "$self * 100 / 4 > 80" "5m",
        "GaugeLeft" "1 - $self > 0.1" "5m",
        "GaugeDelta" "delta[5m] < -100" "1m",
        "GaugeDeriv" "deriv($self[10m]) > 0.5" "5m",
        "GaugeOverTime" "avg_over_time($self[10m]) > 5" "5m",
        "GaugeMostOverTime" "max_over_time($self[1h]) > 50" "10m",
        "GaugePredicted" "predict_linear($self[1h], 3600) < 0" "10m",
        "GaugeAbsent" "absent($self)" "5m",
        "GaugeNone" "absent_over_time($self[10m])" "5m",
        "GaugeOr" "$self == 0 or absent($self)" "5m",
        "GaugeAnd" "$self > 10 and t_other < 5" "5m",
        "GaugeUnless" "$self > 10 unless t_other > 5" "5m",
        "GaugeLacking" "up unless on (job) $self" "5m",
        "GaugeOld" "time() - $self > 3600" "5m",
        "GaugeOther" "$self > 0.8 * t_limit" "5m",
        "GaugeTwice" "$self + t_other > 10" "5m",
        "GaugeAbs" "abs($self) > 3" "5m",
        "GaugeJob" "$self > 5 and on (job) up == 1" "5m",
        "GaugeClamped" "clamp_min($self, 1) > 3" "5m",
        "GaugeMean" "avg_over_time($self[5m]) > 3" "1m",
    }
    errors: Counter {
        "CounterRate" "rate[5m] > 10" "5m",
        "CounterSlow" "rate($self[1h]) > 0.001" "15m",
        "CounterQuick" "rate($self[30s]) > 3" "1m",
        "CounterBelow" "rate($self[5m]) < 0.5" "5m",
        "CounterNone" "rate($self[5m]) == 0" "5m",
        "CounterSome" "increase[10m] > 0" "1m",
        "CounterMany" "increase($self[1h]) > 100" "5m",
        "CounterInstant" "irate($self[5m]) > 1" "5m",
        "CounterSum" "sum(rate($self[5m])) > 10" "5m",
        "CounterPerMinute" "60 * sum by (job) (rate($self[5m])) > 30" "5m",
        "CounterRatio" "sum(rate($self[5m])) / sum(rate(t_all_total[5m])) > 0.05" "5m",
        "CounterRatioOfSome" "sum(rate($self[5m])) / (sum(rate(t_all_total[5m])) > 1) > 0.05" "5m",
    }
    calls: Counter<Call> {
        "CallsFailing" "rate($self{outcome=\"error\"}[5m]) > 1" "5m",
        "CallsEither" "sum by (job, provider) (rate($self{outcome=~\"error|panic\"}[5m])) > 1" "5m",
        "CallsShare" "sum by (job) (rate($self{outcome!=\"ok\"}[5m])) / sum by (job) (rate($self[5m])) > 0.05" "5m",
        "CallsOf" "sum by (room) (rate($self{provider=\"dify\", outcome=\"ok\"}[5m])) < 0.1" "5m",
    }
    latency: Histogram<Call> [unit = "seconds"] {
        "HistogramP99" "p99[5m] > 1" "5m",
        "HistogramP50" "histogram_quantile(0.5, sum by (job, le) (rate($self_bucket[5m]))) > 0.3" "5m",
        "HistogramFast" "histogram_quantile(0.9, sum by (le, provider) (rate($self_bucket[5m]))) < 0.01" "5m",
        "HistogramAverage" "avg[5m] > 0.5" "5m",
        "HistogramShare" "sum(rate($self_bucket{le=\"1\"}[5m])) / sum(rate($self_count[5m])) < 0.95" "5m",
        "HistogramIdle" "sum by (job) (rate($self_count[5m])) == 0" "10m",
    }
    other: Gauge {}
    limit: Gauge {}
    all: Counter {}
});

alerts!(Few {
    connections: Gauge {
        "TooMany" "> 1000" "5m",
        "Dropped" "delta[5m] < -100" "1m",
    }
    errors: Counter {
        "Errors" "rate[5m] > 10" "5m",
    }
    calls: Counter<Call> {
        "Failures" "sum by (job) (rate($self{outcome=~\"error|panic\"}[5m])) > 1" "5m",
    }
    latency: Histogram<Call> [unit = "seconds"] {
        "Slow" "p99[5m] > 1" "5m",
        "FastShare" "sum(rate($self_bucket{le=\"1\"}[5m])) / sum(rate($self_count[5m])) < 0.95" "5m",
    }
    all: Counter {}
});

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let place = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("rule-tests-{}-{place}", process::id()));
        fs::create_dir_all(&folder).expect("a folder for the test");
        Self(folder)
    }

    /// What promtool says, and whether it is content.
    fn promtool(&self, rules: &str, cases: &str) -> (bool, String) {
        fs::write(self.0.join("rules.yml"), rules).expect("the rules");
        fs::write(self.0.join("rules.test.yml"), cases).expect("the cases");
        let out = Command::new("promtool")
            .args(["test", "rules", "rules.test.yml"])
            .current_dir(&self.0)
            .output()
            .expect("promtool on the path: run `tests/run needs`");
        let said = [out.stdout, out.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(!said.contains("WARNING"), "{said}");
        (out.status.success(), said)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn settings() -> Settings {
    Settings {
        name: "shop".to_owned(),
        target_labels: vec![("env".to_owned(), "prod".to_owned())],
        ..Settings::default()
    }
}

/// A set that is served beside the families of all functions.
fn declarations(set: SetDescriptor) -> Declarations {
    let mut all = sample::declarations();
    all.families
        .retain(|family| family.name().starts_with("function_"));
    all.families
        .extend(set.all_families().map(DeclaredFamily::of_set));
    all.families.sort_by(|a, b| a.name().cmp(b.name()));
    all.objectives
        .retain(|objective| matches!(objective.measured, Measured::Function));
    all
}

fn groups_of(declarations: &Declarations) -> Vec<Group> {
    let groups = groups(declarations, &settings());
    groups.unwrap_or_else(|error| panic!("{error}"))
}

fn cases_of(groups: &[Group], declarations: &Declarations) -> String {
    let cases = tests(groups, declarations, &settings(), "rules.yml");
    cases.unwrap_or_else(|error| panic!("{error}"))
}

fn assert_passes(groups: &[Group], declarations: &Declarations) -> String {
    let cases = cases_of(groups, declarations);
    let (passes, said) = Folder::new().promtool(&file(groups, &settings()), &cases);
    assert!(passes, "{said}\n{cases}");
    cases
}

#[test]
fn every_form_of_alert_fires_and_is_silent() {
    let all = declarations(Forms::SET);
    let mut groups = groups_of(&all);
    groups.retain(|group| group.name.ends_with("::Forms"));
    let [group] = groups.as_slice() else {
        panic!("{groups:?}");
    };
    assert!(group.rules.len() > 50, "{}", group.rules.len());
    // each case costs an evaluation of every rule
    for rules in group.rules.chunks(8) {
        let part = Group {
            rules: rules.to_vec(),
            ..group.clone()
        };
        let cases = assert_passes(&[part], &all);
        for rule in rules {
            let Rule::Alert(rule) = rule else {
                panic!("{rule:?}");
            };
            for what in ["fires", "is silent"] {
                let name = format!("{} {what}", rule.name);
                assert!(cases.contains(&name), "{name}\n{cases}");
            }
        }
    }
}

/// Times of native buckets alone.
#[derive(MetricSet)]
#[metrics(prefix = "n", register = false)]
struct Native {
    /// Time.
    #[metric(
        native,
        alert(
            name = "NativeSlow",
            expr = "p99[5m] > 1s",
            for = "5m",
            severity = "warning",
            summary = "s"
        ),
        alert(
            name = "NativeMany",
            expr = "histogram_count(rate($self[5m])) > 1",
            for = "5m",
            severity = "warning",
            summary = "s",
            fires = "n_time_seconds 1x20",
            silent = "n_time_seconds 0x20"
        )
    )]
    time_seconds: Histogram,
}

#[derive(LabelSet)]
struct Task {
    #[label(open, max = 10)]
    job: String,
}

/// Tasks, which have labels that Prometheus has too.
#[derive(MetricSet)]
#[metrics(prefix = "tasks", register = false)]
struct Tasks {
    /// Tasks that failed.
    #[metric(alert(
        name = "TasksFailing",
        expr = "sum by (job, exported_job) (rate($self{exported_job!=\"cleanup\"}[5m])) > 1",
        for = "5m",
        severity = "warning",
        summary = "{{ $labels.exported_job }} of {{ $labels.job }}"
    ))]
    failed: Counter<Task>,
}

#[test]
fn a_label_that_targets_have_too_is_called_as_prometheus_calls_it() {
    let all = declarations(Tasks::SET);
    let cases = assert_passes(&groups_of(&all), &all);
    assert!(cases.contains("\"x of shop\""), "{cases}");
}

#[test]
fn what_promtool_cannot_be_given_is_not_tested_and_no_mistake() {
    let all = declarations(Native::SET);
    let groups = groups_of(&all);
    let cases = assert_passes(&groups, &all);
    assert!(cases.contains(": NativeSlow, NativeMany."), "{cases}");
    assert_eq!(cases.matches("NativeSlow").count(), 1, "{cases}");
}

/// Calls that are counted apart, and a second promise about the same calls, with two thresholds.
fn objectives(all: &mut Declarations) {
    let field = |name: &str| {
        let mut families = Few::SET.families.iter();
        families.find(|family| family.field() == name)
    };
    let success = |percent, budget| Some(Success { percent, budget });
    let latency = |percent, budget, millis| Latency {
        percent,
        budget,
        threshold: Duration::from_millis(millis),
    };
    let source = sample::CHAT.source;
    let apart = Objective {
        function: "apart",
        module: "shop",
        latency: &[],
        success: success(95.0, 0.05),
        measured: Measured::Families {
            time: None,
            calls: field("all"),
            errors: field("errors"),
        },
        source,
    };
    let first = Objective {
        function: "first",
        latency: vec![latency(99.0, 0.01, 1000), latency(95.0, 0.05, 250)].leak(),
        success: success(99.9, 0.001),
        measured: Measured::Families {
            time: field("latency"),
            calls: None,
            errors: None,
        },
        ..apart
    };
    let second = Objective {
        function: "second",
        latency: vec![latency(99.9, 0.001, 2500)].leak(),
        success: success(95.0, 0.05),
        ..first
    };
    for objective in [apart, first, second] {
        all.objectives.push(Box::leak(Box::new(objective)));
    }
}

fn all_declarations() -> Declarations {
    let mut all = declarations(Few::SET);
    objectives(&mut all);
    all
}

#[test]
fn objectives_and_targets_fire_and_are_silent() {
    let all = all_declarations();
    let groups: Vec<_> = groups_of(&all)
        .into_iter()
        .filter(|group| !group.name.ends_with("::Few"))
        .collect();
    let cases = assert_passes(&groups, &all);
    assert!(!cases.contains("native"), "{cases}");
}

#[test]
fn all_of_the_sample_passes() {
    let all = sample::declarations();
    assert_passes(&groups_of(&all), &all);
}

/// Changes the rules of a group whose names contain `about`, each time one thing, and gives the changes that no case fails for.
fn unseen(group: &str, about: &[&str], changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let all = all_declarations();
    let mut groups = groups_of(&all);
    groups.retain(|other| other.name.ends_with(group));
    for rules in groups.iter_mut().map(|group| &mut group.rules) {
        rules.retain(|rule| {
            let (Rule::Record(Record { name, .. }) | Rule::Alert(AlertRule { name, .. })) = rule;
            about.iter().any(|about| name.contains(about))
        });
    }
    let (rules, cases) = (file(&groups, &settings()), cases_of(&groups, &all));
    let folder = Folder::new();
    let (passes, said) = folder.promtool(&rules, &cases);
    assert!(passes, "{said}\n{cases}");
    let mut unseen = Vec::new();
    for (from, to) in changes {
        let changed = rules.replacen(from, to, 1);
        assert_ne!(changed, rules, "{from}\n{rules}");
        if folder.promtool(&changed, &cases).0 {
            unseen.push(((*from).to_owned(), (*to).to_owned()));
        }
    }
    unseen
}

#[test]
fn a_change_of_an_objective_makes_a_case_fail() {
    let changes = [
        ("> 14.4 * 0.001 and", "> 10 * 0.001 and"),
        ("> 3 * 0.001'", "> 2 * 0.001'"),
        ("error|panic", "error"),
        ("error|panic", "error|panic|cancelled"),
        ("[5m])) > 0)", "[5m])))"),
        ("ratio_rate5m{", "ratio_rate30m{"),
        ("for: \"15m\"", "for: \"30m\""),
        ("$value | humanizePercentage", "$value"),
    ];
    assert_eq!(unseen("::ask", &["error_", "ErrorBudget"], &changes), []);
    let changes = [
        ("> 3 * 0.01 and", "> 2 * 0.01 and"),
        ("le=~\"1|1[.]0\"", "le=\"2.5\""),
        ("le=~\"1|1[.]0\"", "le=\"0.5\""),
        ("le=~\"1|1[.]0\"", "le=\"1\""),
        ("le=~\"1|1[.]0\"", "le=\"1.0\""),
        ("for: \"2m\"", "for: \"1m\""),
        ("long_window: \"1h\"", "long_window: \"2h\""),
    ];
    assert_eq!(unseen("::ask", &["slow_", "LatencyBudget"], &changes), []);
}

#[test]
fn a_change_of_an_alert_makes_a_case_fail() {
    let changes = [
        ("for: \"5m\"", "for: \"10m\""),
        ("for: \"5m\"", "for: \"4m\""),
        ("t_connections > 1000", "t_connections >= 1000"),
        ("t_connections > 1000", "t_connections < 1000"),
        ("t_connections > 1000", "t_connections > 1200"),
        ("[5m]) < -100", "[5m]) < -120"),
        ("[5m]) < -100", "[5m]) < -80"),
        ("[5m]) < -100", "[10m]) < -100"),
        (
            "rate(t_errors_total[5m]) > 10",
            "rate(t_errors_total[5m]) > 8",
        ),
        (
            "rate(t_errors_total[5m]) > 10",
            "increase(t_errors_total[5m]) > 10",
        ),
        ("error|panic", "error|panic|ok"),
        ("outcome=~\"error|panic\"", ""),
        ("by (job) (rate(t_calls", "by (job, provider) (rate(t_calls"),
        ("histogram_quantile(0.99", "histogram_quantile(0.01"),
        ("le=~\"1|1[.]0\"", "le=\"2.5\""),
        ("severity: \"warning\"", "severity: \"page\""),
        ("$value | humanizePercentage", "$value"),
    ];
    assert_eq!(unseen("::Few", &[""], &changes), []);
    let changes = [
        ("up{job=\"shop\"} == 0", "up{job=\"shop\"} == 1"),
        ("up{job=\"shop\"} == 0 or ", ""),
        (" or absent(up{job=\"shop\"}) == 1", ""),
        ("for: \"2m\"", "for: \"1m\""),
        ("severity: \"critical\"", "severity: \"page\""),
    ];
    assert_eq!(unseen("target", &[""], &changes), []);
}
