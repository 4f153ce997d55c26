//! An example of an Alertmanager route for the severities that the rules have.

use super::settings::Settings;
use super::yaml::{Yaml, origin};

/// What is to be looked at now.
const URGENT: &str = "severity=~\"page|critical\"";
/// What is to be looked at in working hours.
const CAN_WAIT: &str = "severity=~\"ticket|warning\"";

/// A whole configuration of Alertmanager, to be taken over in parts.
pub(crate) fn route(settings: &Settings) -> String {
    let urgent = Yaml::map([
        ("receiver", Yaml::from("pages")),
        ("matchers", texts([URGENT])),
        ("repeat_interval", Yaml::from("1h")),
    ]);
    let can_wait = Yaml::map([
        ("receiver", Yaml::from("tickets")),
        ("matchers", texts([CAN_WAIT])),
        ("group_wait", Yaml::from("5m")),
        ("repeat_interval", Yaml::from("3d")),
    ]);
    let route = Yaml::map([
        (
            "receiver",
            Yaml::from("notes").remarked("All other severities, such as info."),
        ),
        (
            "group_by",
            texts(["alertname", "namespace", "job", "module", "function"]),
        ),
        ("group_wait", Yaml::from("30s")),
        ("group_interval", Yaml::from("5m")),
        ("repeat_interval", Yaml::from("4h")),
        ("routes", Yaml::list([urgent, can_wait])),
    ]);
    let down = &settings.target_down;
    let inhibitions = [
        inhibition(
            &format!("alertname=\"{down}\""),
            &format!("alertname!=\"{down}\""),
            &["job", "instance"],
        )
        .remarked("What cannot be scraped says nothing that is true now."),
        inhibition(
            URGENT,
            CAN_WAIT,
            &["alertname", "namespace", "job", "module", "function"],
        )
        .remarked("Who is paged for a budget needs no ticket for the same."),
    ];
    let receivers = ["pages", "tickets", "notes"].map(|name| {
        let hook = Yaml::map([("url", Yaml::from(format!("http://127.0.0.1:5001/{name}")))]);
        Yaml::map([
            ("name", Yaml::from(name)),
            ("webhook_configs", Yaml::list([hook])),
        ])
    });
    let document = Yaml::map([
        ("route", route),
        ("inhibit_rules", Yaml::list(inhibitions)),
        (
            "receivers",
            Yaml::list(receivers).remarked("Placeholders: write here how people are reached."),
        ),
    ]);
    let head = format!(
        "{}\nAn example, for Alertmanager 0.22 and later: take over what you need.",
        origin(&settings.name)
    );
    document.remarked(head).document()
}

/// An alert that matches `source` silences those that match `target`, if these labels of both are equal.
fn inhibition(source: &str, target: &str, equal: &[&str]) -> Yaml {
    Yaml::map([
        ("source_matchers", texts([source])),
        ("target_matchers", texts([target])),
        ("equal", texts(equal.iter().copied())),
    ])
}

fn texts<'t>(all: impl IntoIterator<Item = &'t str>) -> Yaml {
    Yaml::list(all.into_iter().map(Yaml::from))
}
