//! A change of a catalogue a case, and all that is said of it.

use super::{diff, is_breaking, report};
use crate::artifacts::catalog::model::{Catalog, ConstantLabel, Family};
use crate::artifacts::catalog::tests::version_1;

/// What is said of this change of the catalogue.
fn told(change: impl FnOnce(&mut Catalog)) -> String {
    let (old, mut new) = (version_1(), version_1());
    change(&mut new);
    let changes = diff(&old, &new);
    let report = report(&changes);
    assert_eq!(
        is_breaking(&changes),
        report.starts_with("breaking:\n"),
        "{report}"
    );
    report
}

/// The same of a change of the family of this name.
fn told_of(family: &str, change: impl FnOnce(&mut Family)) -> String {
    told(|catalog| change(in_catalog(catalog, family)))
}

fn in_catalog<'c>(catalog: &'c mut Catalog, name: &str) -> &'c mut Family {
    let mut families = catalog.families.iter_mut();
    let family = families.find(|family| family.name == name);
    family.expect("a family")
}

fn remove(catalog: &mut Catalog, name: &str) -> Family {
    let place = catalog
        .families
        .iter()
        .position(|family| family.name == name);
    catalog.families.remove(place.expect("a family"))
}

const ANSWERS: &str = "chat_answers_total";
const LATENCY: &str = "chat_latency_seconds";
const PHASE: &str = "chat_phase";
const WAITING: &str = "chat_waiting";

#[test]
fn of_what_did_not_change_nothing_is_told() {
    assert_eq!(told(|_| ()), "nothing changed\n");
    let moved = told(|catalog| {
        for family in &mut catalog.families {
            family.declared.file = "src/other.rs".to_owned();
            family.declared.line += 100;
        }
        catalog.service = "other".to_owned();
    });
    assert_eq!(moved, "nothing changed\n");
}

#[test]
fn families_come_and_go() {
    let removed = told(|catalog| _ = remove(catalog, WAITING));
    assert_eq!(
        removed,
        "breaking:\n  chat_waiting\n    removed: queries of it find nothing\n"
    );
    let added = told(|catalog| {
        let mut family = remove(catalog, WAITING);
        let mut new = family.clone();
        new.name = "chat_new".to_owned();
        new.declared.field = Some("new".to_owned());
        new.declared.line = 99;
        family.help = "Other words.".to_owned();
        catalog.families.extend([family, new]);
    });
    assert_eq!(
        added,
        "not breaking:\n  chat_waiting\n    help changed\n  chat_new\n    added\n"
    );
}

#[test]
fn a_family_of_the_same_field_or_line_is_renamed() {
    let expected = "breaking:\n  chat_waiting\n    renamed to `chat_pending`: queries of the old name find nothing, and the new one has no history\n";
    let by_field = told_of(WAITING, |family| {
        family.name = "chat_pending".to_owned();
        family.declared.line = 99;
    });
    assert_eq!(by_field, expected);
    let by_line = told_of(WAITING, |family| {
        family.name = "chat_pending".to_owned();
        family.declared.field = Some("pending".to_owned());
    });
    assert_eq!(by_line, expected);
    let neither = told_of(WAITING, |family| {
        family.name = "chat_pending".to_owned();
        family.declared.field = Some("pending".to_owned());
        family.declared.line = 99;
    });
    assert!(neither.contains("chat_waiting\n    removed"), "{neither}");
    assert!(neither.contains("chat_pending\n    added"), "{neither}");
}

#[test]
fn a_state_set_takes_its_label_along() {
    let told = told_of(PHASE, |family| {
        family.name = "bot_phase".to_owned();
        family.labels[0].name = "bot_phase".to_owned();
    });
    assert!(told.contains("renamed to `bot_phase`"), "{told}");
    assert!(!told.contains("label"), "{told}");
}

#[test]
fn types_and_units_break_what_is_computed() {
    let kind = told_of(WAITING, |family| family.kind = "counter".to_owned());
    assert!(
        kind.starts_with("breaking:\n  chat_waiting\n    type changed from gauge to counter: "),
        "{kind}"
    );
    let unit = told_of(LATENCY, |family| family.unit = None);
    assert!(
        unit.contains("unit changed from seconds to none: "),
        "{unit}"
    );
    let derived = told_of("chat_success_ratio", |family| family.derived = None);
    assert!(
        derived.contains("is what it is set to now, and was a ratio of other metrics: "),
        "{derived}"
    );
}

#[test]
fn labels_break_what_selects_and_groups() {
    let removed = told_of(ANSWERS, |family| _ = family.labels.pop());
    assert!(removed.contains("label `room` removed: "), "{removed}");
    let added = told_of(WAITING, |family| {
        family.labels = version_1().families[0].labels[..1].to_vec();
    });
    assert!(
        added.starts_with("breaking:\n  chat_waiting\n    label `provider` added: "),
        "{added}"
    );
    let renamed = told_of(ANSWERS, |family| {
        family.labels[1].name = "channel".to_owned();
    });
    assert!(
        renamed.contains("label `room` renamed to `channel`: "),
        "{renamed}"
    );
    assert!(!renamed.contains("removed"), "{renamed}");
    let order = told_of(ANSWERS, |family| family.labels.reverse());
    assert_eq!(order, "nothing changed\n");
}

#[test]
fn values_of_labels_may_come_but_not_go() {
    let values = |change: fn(&mut Vec<String>)| {
        told_of(ANSWERS, |family| {
            family.labels[0].values.iter_mut().for_each(change);
        })
    };
    let removed = values(|values| values.truncate(1));
    assert!(
        removed.starts_with(
            "breaking:\n  chat_answers_total\n    label `provider` has no value `dify` any more: "
        ),
        "{removed}"
    );
    let added = values(|values| values.push("claude".to_owned()));
    assert_eq!(
        added,
        "not breaking:\n  chat_answers_total\n    label `provider` has a new value `claude`\n"
    );
    let opened = told_of(ANSWERS, |family| family.labels[0].values = None);
    assert!(
        opened.contains("label `provider` takes any value now: "),
        "{opened}"
    );
    let closed = told_of(ANSWERS, |family| {
        family.labels[1].values = Some(vec!["lobby".to_owned()]);
    });
    assert!(
        closed.contains("label `room` takes no other values than those declared now: "),
        "{closed}"
    );
    let optional = told_of(ANSWERS, |family| family.labels[0].optional = true);
    assert!(optional.starts_with("not breaking:\n"), "{optional}");
}

#[test]
fn a_smaller_cap_and_another_overflow_series_break() {
    let cap = |max| told_of(ANSWERS, |family| family.labels[1].max = max);
    assert!(cap(Some(99)).contains("label `room` keeps at most 99 values apart now: "));
    assert!(cap(Some(101)).starts_with("not breaking:\n"));
    let overflow = told_of(ANSWERS, |family| {
        family.labels[1].overflow = Some("rest".to_owned());
    });
    assert!(
        overflow
            .contains("the overflow series has `room=\"rest\"` now, and had `room=\"overflow\"`: "),
        "{overflow}"
    );
}

#[test]
fn constant_labels_break_selectors() {
    let constant = |change: fn(&mut Vec<ConstantLabel>)| {
        told_of(ANSWERS, |family| change(&mut family.constant_labels))
    };
    let changed = constant(|labels| labels[0].values = vec!["b".to_owned()]);
    assert!(
        changed.contains("constant label `zone` is `b` now, and was `a`: "),
        "{changed}"
    );
    let removed = constant(Vec::clear);
    assert!(
        removed.contains("constant label `zone` removed: "),
        "{removed}"
    );
    let added = constant(|labels| {
        labels.push(ConstantLabel {
            name: "team".to_owned(),
            values: vec!["x".to_owned()],
        });
    });
    assert!(
        added.starts_with("breaking:\n") && added.contains("constant label `team` added: "),
        "{added}"
    );
}

#[test]
fn buckets_may_come_but_not_go() {
    let removed = told_of(LATENCY, |family| _ = family.buckets.remove(1));
    assert!(
        removed.starts_with("breaking:\n  chat_latency_seconds\n    bucket bound 1 removed: "),
        "{removed}"
    );
    let added = told_of(LATENCY, |family| family.buckets.push(5.0));
    assert_eq!(
        added,
        "not breaking:\n  chat_latency_seconds\n    bucket bound 5 added\n"
    );
}

#[test]
fn histograms_change_between_native_and_classic() {
    let native_alone = told_of(LATENCY, |family| family.buckets.clear());
    assert!(
        native_alone.contains("has native buckets alone now: "),
        "{native_alone}"
    );
    assert!(!native_alone.contains("bucket bound"), "{native_alone}");
    let classic = told_of(LATENCY, |family| family.native = None);
    assert!(
        classic.starts_with("breaking:\n") && classic.contains("has no native buckets any more: "),
        "{classic}"
    );
    let finer = told_of(LATENCY, |family| {
        family
            .native
            .iter_mut()
            .for_each(|native| native.schema = 4);
    });
    assert!(finer.starts_with("not breaking:\n"), "{finer}");
    // and back
    let (mut old, new) = (version_1(), version_1());
    in_catalog(&mut old, LATENCY).native = None;
    let both = report(&diff(&old, &new));
    assert!(
        both.starts_with("not breaking:\n") && both.contains("always_scrape_classic_histograms"),
        "{both}"
    );
    in_catalog(&mut old, LATENCY).native = new.families[1].native.clone();
    in_catalog(&mut old, LATENCY).buckets.clear();
    let both = report(&diff(&old, &new));
    assert!(
        both.starts_with("not breaking:\n") && !both.contains("bucket bound"),
        "{both}"
    );
}

#[test]
fn alerts_are_known_by_name_and_severity() {
    let removed = told_of(ANSWERS, |family| family.alerts.clear());
    assert_eq!(
        removed,
        "breaking:\n  alert NoAnswers\n    removed: nobody is told of it any more\n"
    );
    let renamed = told_of(ANSWERS, |family| {
        family.alerts[0].name = "Silence".to_owned();
    });
    assert_eq!(
        renamed,
        "breaking:\n  alert NoAnswers\n    renamed to `Silence`: routes and silences of the old name do not match\n"
    );
    let severity = told_of(ANSWERS, |family| {
        family.alerts[0].severity = "ticket".to_owned();
    });
    assert!(
        severity.starts_with(
            "breaking:\n  alert NoAnswers\n    severity changed from page to ticket: "
        ),
        "{severity}"
    );
    let rule = told_of(ANSWERS, |family| {
        let alert = &mut family.alerts[0];
        (alert.expr, alert.for_seconds) = ("chat_answers_total == 0".to_owned(), 60.0);
        alert.summary = "Hush.".to_owned();
    });
    assert_eq!(
        rule,
        "not breaking:\n  alert NoAnswers\n    fires at `chat_answers_total == 0` now, and did at `rate(chat_answers_total[5m]) == 0`\n    fires after 1m now, and did after 5m\n    its texts changed\n"
    );
    let moved = told(|catalog| {
        let alert = in_catalog(catalog, ANSWERS).alerts.remove(0);
        in_catalog(catalog, WAITING).alerts.push(alert);
    });
    assert_eq!(moved, "nothing changed\n");
    let added = told(|catalog| {
        let mut alert = in_catalog(catalog, ANSWERS).alerts[0].clone();
        alert.name = "TooManyWait".to_owned();
        in_catalog(catalog, WAITING).alerts.push(alert);
    });
    assert_eq!(added, "not breaking:\n  alert TooManyWait\n    added\n");
}

#[test]
fn functions_are_known_by_name_and_module() {
    let gone = told(|catalog| catalog.functions.clear());
    assert!(
        gone.starts_with("breaking:\n  function chatbox::chat::ask\n    not measured any more: "),
        "{gone}"
    );
    let moved = told(|catalog| {
        catalog.functions[0].module = "chatbox::llm".to_owned();
        let calls = in_catalog(catalog, "function_calls_total");
        calls.labels[1].values = Some(vec!["chatbox::llm".to_owned()]);
    });
    assert_eq!(
        moved,
        "breaking:\n  function chatbox::chat::ask\n    is in the module `chatbox::llm` now: queries that select the label `module` find nothing\n"
    );
    let buckets = told(|catalog| _ = catalog.functions[0].buckets.pop());
    assert!(
        buckets
            .starts_with("breaking:\n  function chatbox::chat::ask\n    bucket bound 1 removed: "),
        "{buckets}"
    );
    let family = told(|catalog| catalog.functions[0].families.clear());
    assert!(
        family.contains("does not feed `function_calls_total` any more: "),
        "{family}"
    );
}

#[test]
fn objectives_may_change_but_not_go() {
    let gone = told(|catalog| catalog.objectives.clear());
    assert!(
        gone.starts_with("breaking:\n  objective of chatbox::chat::ask\n    removed: "),
        "{gone}"
    );
    let latency = told(|catalog| catalog.objectives[0].latency.clear());
    assert!(
        latency.contains("promises nothing for 99 % any more: "),
        "{latency}"
    );
    let success = told(|catalog| catalog.objectives[0].success_percent = None);
    assert!(
        success.contains("promises no success any more: "),
        "{success}"
    );
    let changed = told(|catalog| {
        catalog.objectives[0].latency[0].seconds = 0.5;
        catalog.objectives[0].success_percent = Some(99.5);
    });
    assert_eq!(
        changed,
        "not breaking:\n  objective of chatbox::chat::ask\n    promises 99 % in less than 500ms now, and did in less than 250ms\n    promises that 99.5 % go well now, and did that 99.9 % do\n"
    );
}

#[test]
fn hints_change_nothing_for_a_query() {
    let told = told(|catalog| {
        let latency = in_catalog(catalog, LATENCY);
        (latency.exemplars, latency.idle_seconds) = (false, None);
        in_catalog(catalog, "chat_success_ratio").hpa = None;
    });
    assert_eq!(
        told,
        "not breaking:\n  chat_latency_seconds\n    no exemplars any more\n    series do not end any more when they are not used\n  chat_success_ratio\n    no autoscaling by it any more\n"
    );
}

#[test]
fn what_breaks_is_told_first() {
    let told = told(|catalog| {
        in_catalog(catalog, ANSWERS).help = "Other words.".to_owned();
        in_catalog(catalog, WAITING).unit = Some("items".to_owned());
    });
    let (breaking, rest) = told.split_once("not breaking:\n").expect("both");
    assert!(
        breaking.contains("chat_waiting") && rest.contains("chat_answers_total"),
        "{told}"
    );
}
