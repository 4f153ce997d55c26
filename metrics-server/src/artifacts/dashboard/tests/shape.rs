//! What the linter does not ask: places, numbers, texts, and that nothing is left out.

use metrics_core::{Declarations, DeclaredFamily};
use serde_json::Value;

use super::lint::{list, panels};
use super::promql::selectors;
use super::{sample, sample_text, settings, whole};
use crate::Error;
use crate::artifacts::dashboard::{dashboard, uid};
use crate::artifacts::{Artifacts, sample as declared};

/// A panel with everything in it that this asks for.
pub(super) fn titled<'a>(dashboard: &'a Value, title: &str) -> &'a Value {
    let found = panels(dashboard).find(|panel| panel["title"] == title);
    found.unwrap_or_else(|| {
        let titles: Vec<_> = panels(dashboard).map(|panel| &panel["title"]).collect();
        panic!("no `{title}` in {titles:?}")
    })
}

pub(super) fn exprs(panel: &Value) -> Vec<&str> {
    let targets = list(&panel["targets"]).iter();
    targets
        .filter_map(|target| target["expr"].as_str())
        .collect()
}

/// The lines of a panel, without the base.
pub(super) fn lines(panel: &Value) -> Vec<f64> {
    let steps = list(&panel["fieldConfig"]["defaults"]["thresholds"]["steps"]).iter();
    steps.filter_map(|step| step["value"].as_f64()).collect()
}

/// Left, top, right and bottom.
fn edges(item: &Value) -> [u64; 4] {
    let at = |key: &str| item["gridPos"][key].as_u64().expect("a place");
    [at("x"), at("y"), at("x") + at("w"), at("y") + at("h")]
}

#[test]
fn panels_fill_their_rows_and_do_not_meet() {
    for dashboard in [sample(), whole()] {
        // what a collapsed row hides has its place below the row, where it is when it is opened
        let top = list(&dashboard["panels"]).iter();
        let all: Vec<_> = top
            .flat_map(|item| [item].into_iter().chain(list(&item["panels"])))
            .collect();
        for (place, one) in all.iter().enumerate() {
            let [left, top, right, bottom] = edges(one);
            assert!(left < right && right <= 24 && top < bottom, "{one}");
            for other in &all[place + 1..] {
                let [l, t, r, b] = edges(other);
                assert!(
                    r <= left || right <= l || b <= top || bottom <= t,
                    "{one} and {other}"
                );
                assert_ne!(one["id"], other["id"]);
            }
        }
        let mut lines = all.chunk_by(|a, b| a["gridPos"]["y"] == b["gridPos"]["y"]);
        assert!(lines.all(|line| line.iter().map(|one| edges(one)[2]).max() == Some(24)));
    }
}

#[test]
fn rows_have_panels_whose_titles_differ() {
    for dashboard in [sample(), whole()] {
        let items = list(&dashboard["panels"]);
        assert_eq!(items[0]["title"], "Overview");
        let rows = items.chunk_by(|_, next| next["type"] != "row");
        for row in rows {
            let [head, open @ ..] = row else {
                panic!("no row begins with {row:?}");
            };
            assert_eq!(head["type"], "row");
            let inside = list(&head["panels"]);
            assert_eq!(head["collapsed"] == true, open.is_empty(), "{head}");
            assert_ne!(inside.is_empty(), open.is_empty(), "{head}");
            let mut titles: Vec<_> = inside
                .iter()
                .chain(open)
                .map(|one| one["title"].to_string())
                .collect();
            titles.sort_unstable();
            assert!(
                titles.windows(2).all(|pair| pair[0] != pair[1]),
                "{titles:?}"
            );
        }
    }
}

#[test]
fn every_family_is_in_a_panel() {
    let all = Artifacts::global();
    for (dashboard, families) in [
        (sample(), declared::declarations().families),
        (whole(), all.declarations.families),
    ] {
        let asked: Vec<_> = panels(&dashboard)
            .flat_map(exprs)
            .flat_map(|expr| selectors(expr).expect("an expression"))
            .map(|selector| selector.name)
            .collect();
        for family in &families {
            let is_of_it = |name: &String| {
                let suffix = name.strip_prefix(family.name());
                suffix.is_some_and(|suffix| ["", "_bucket", "_count"].contains(&suffix))
            };
            assert!(asked.iter().any(is_of_it), "{}", family.name());
        }
    }
}

#[test]
fn the_same_declarations_are_the_same_bytes() {
    assert!(sample_text() == sample_text());
    assert!(sample_text().ends_with("}\n"));
    // the order of families is no part of what was declared
    let mut turned = declared::declarations();
    turned.families.reverse();
    let turned = dashboard(&turned, &settings(), None).expect("a dashboard");
    assert!(turned == sample_text());
}

#[test]
fn calls_are_a_rate_an_error_ratio_and_durations_beside_each_other() {
    let all = sample();
    let [rate, errors, duration] =
        ["Chat: rate", "Chat: error ratio", "Chat: duration"].map(|title| {
            let in_row = |panel: &&Value| panel["title"] == title && panel["type"] == "timeseries";
            panels(&all).find(in_row).expect(title)
        });
    assert_eq!(rate["gridPos"]["y"], duration["gridPos"]["y"]);
    assert_eq!(
        exprs(rate),
        [
            "sum by (outcome) (rate(chat_latency_seconds_count{job=~\"$job\", instance=~\"$instance\"}[$__rate_interval]))"
        ]
    );
    assert!(
        exprs(errors)[0].contains("outcome=~\"error|panic\""),
        "{errors}"
    );
    assert_eq!(lines(errors), [0.005]);
    assert_eq!(lines(duration), [0.25]);
    let legends: Vec<_> = list(&duration["targets"])
        .iter()
        .map(|one| &one["legendFormat"])
        .collect();
    assert_eq!(legends, ["p50", "p90", "p99"]);
    let says = duration["description"].as_str().unwrap_or_default();
    assert!(
        says.contains("at 0.25 is the objective p99 &lt; 250ms of `reply`"),
        "{says}"
    );
}

#[test]
fn a_gauge_has_the_panels_that_it_asks_for_in_the_colours_of_its_alerts() {
    let all = sample();
    assert_eq!(lines(titled(&all, "Open connections")), [1000.0]);
    let stat = titled(&all, "Open connections: now");
    assert_eq!(stat["options"]["colorMode"], "background");
    assert_eq!(lines(stat), [1000.0]);
    let rate = titled(&all, "Open connections: rate over 5m");
    assert!(
        exprs(rate)[0].starts_with("deriv(chat_connections{"),
        "{rate}"
    );
    let change = titled(&all, "Open connections: change over 1h");
    assert_eq!(change["type"], "bargauge");
    assert!(exprs(change)[0].ends_with("[1h])"), "{change}");
}

#[test]
fn native_buckets_are_asked_with_functions_of_their_own() {
    let all = sample();
    let alone = titled(&all, "Size of messages: quantiles");
    assert_eq!(
        exprs(alone)[2],
        "histogram_quantile(0.99, sum(rate(chat_size_bytes{job=~\"$job\", instance=~\"$instance\"}[$__rate_interval])))"
    );
    let both = exprs(titled(&all, "Pauses between messages: quantiles"))[0];
    assert!(
        both.contains("(rate(chat_pause_seconds{") && both.contains(" or "),
        "{both}"
    );
    assert!(
        both.contains("sum by (le) (rate(chat_pause_seconds_bucket{"),
        "{both}"
    );
    let cells = titled(&all, "Pauses between messages: distribution");
    assert_eq!(list(&cells["targets"]).len(), 2);
}

#[test]
fn an_objective_of_a_function_has_panels_of_its_own() {
    let all = sample();
    let success = titled(&all, "ask: errors, success > 99.9 %");
    assert_eq!(lines(success), [0.001]);
    assert!(exprs(success)[0].contains("function=\"ask\""), "{success}");
    assert_eq!(lines(titled(&all, "ask: p99 < 1s")), [1.0]);
}

#[test]
fn ratios_are_never_summed_and_open_labels_are_cut() {
    let all = sample();
    let ratio = titled(&all, "Share of answers that came");
    assert_eq!(
        exprs(ratio),
        ["chat_success_ratio{job=~\"$job\", instance=~\"$instance\"}"]
    );
    assert_eq!(ratio["fieldConfig"]["defaults"]["unit"], "percentunit");
    let open = titled(&all, "Tokens used, by room: rate");
    assert!(
        exprs(open)[0].starts_with("topk(10, sum by (room) ("),
        "{open}"
    );
}

#[test]
fn grafana_finds_no_variables_in_help_texts() {
    let all = sample();
    let words = panels(&all).flat_map(|panel| [&panel["title"], &panel["description"]]);
    for words in words.filter_map(Value::as_str) {
        assert!(!words.contains('$') && !words.contains("[["), "{words}");
    }
    let tokens = titled(&all, "Tokens used, by room: rate")["description"].as_str();
    assert!(
        tokens.is_some_and(|text| text.contains("&#36;people")),
        "{tokens:?}"
    );
}

#[test]
fn a_dashboard_of_one_set_has_that_set_alone_and_an_identity_of_its_own() {
    let all = declared::declarations();
    let one = dashboard(&all, &settings(), Some("Chat")).expect("a dashboard");
    let one: Value = serde_json::from_str(&one).expect("JSON");
    let rows: Vec<_> = list(&one["panels"])
        .iter()
        .filter(|item| item["type"] == "row")
        .collect();
    let titles: Vec<_> = rows.iter().map(|row| &row["title"]).collect();
    assert_eq!(titles, ["Overview", "Chat"]);
    assert_ne!(one["uid"], sample()["uid"]);
    assert_eq!(one["title"], "chatbox: Chat");
}

#[test]
fn what_cannot_be_is_told_all_at_once() {
    let all = declared::declarations();
    let mut nameless = settings();
    // Grafana would put the chosen jobs into the title
    nameless.name = "$job".to_owned();
    nameless.port = 0;
    let Err(Error::Artifacts(mistakes)) = dashboard(&all, &nameless, Some("Chatt")) else {
        panic!("a dashboard of a service that cannot be called so");
    };
    assert_eq!(mistakes.len(), 3, "{mistakes:?}");
    assert!(mistakes[0].contains("$job"), "{mistakes:?}");
    assert_eq!(mistakes[2], "there is no set `Chatt`: it is one of `Chat`");
}

#[test]
fn a_program_without_metrics_has_a_dashboard_that_tells_whether_it_is_up() {
    let none = dashboard(&Declarations::default(), &settings(), None).expect("a dashboard");
    let none: Value = serde_json::from_str(&none).expect("JSON");
    assert_eq!(
        exprs(titled(&none, "Targets up")),
        ["sum(up{job=~\"$job\", instance=~\"$instance\"})"]
    );
    let asked = &none["templating"]["list"][1]["query"];
    assert_eq!(asked, "label_values(up, job)");
}

#[test]
fn the_variables_ask_for_what_only_this_program_has_at_once() {
    let asked = sample()["templating"]["list"][2]["query"].clone();
    assert_eq!(
        asked,
        "label_values(chat_connections{job=~\"$job\"}, instance)"
    );
    let families = declared::declarations().families;
    assert!(
        families
            .iter()
            .any(|family: &DeclaredFamily| family.name() == "chat_connections")
    );
}

#[test]
fn an_identity_is_short_plain_and_kept_apart() {
    assert_eq!(uid::of("chatbox", None), "chatbox-metrics");
    assert_eq!(uid::of("chat_box", None), "chat_box-metrics");
    let others = [
        uid::of("chatbox", Some("Chat")),
        uid::of("Chatbox", None),
        uid::of("chat box", None),
        uid::of("7", None),
        uid::of(&"long".repeat(20), None),
        uid::of(&"long".repeat(21), None),
        uid::of("привет", None),
    ];
    for (place, uid) in others.iter().enumerate() {
        assert!(
            uid.len() <= 40 && uid.starts_with(|c: char| c.is_ascii_lowercase()),
            "{uid}"
        );
        assert!(
            uid.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
            "{uid}"
        );
        assert!(!others[place + 1..].contains(uid), "{uid}");
    }
}
