//! Every setting that cannot be is told, and none that can.

use super::*;
use crate::artifacts::sample;

fn named(name: &str) -> Settings {
    Settings {
        name: name.to_owned(),
        ..Settings::default()
    }
}

/// The settings that the sentences name, by the word before the parenthesis.
fn wrong(settings: &Settings) -> Vec<String> {
    let mistakes = settings.check();
    let words = mistakes.iter().map(|m| m.split(['`', '(']).nth(1));
    words
        .map(|word| word.unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn a_program_needs_no_settings() {
    assert_eq!(Settings::default().check(), Vec::<String>::new());
}

#[test]
fn a_job_becomes_a_name_of_kubernetes() {
    for (job, object) in [
        ("proxy_pool", "proxy-pool"),
        ("Chat.Box-2", "chat-box-2"),
        ("a", "a"),
    ] {
        let settings = named(job);
        assert_eq!(settings.object_name(), object);
        assert_eq!(wrong(&settings), Vec::<String>::new(), "{job}");
    }
    let longest = "x".repeat(MAX_NAME);
    assert_eq!(wrong(&named(&longest)), Vec::<String>::new());
    for name in [
        "",
        "9lives",
        "_pool",
        "pool_",
        "my app",
        "a\nb",
        "a/b",
        "größe",
        &format!("{longest}x"),
    ] {
        assert_eq!(wrong(&named(name)), ["name"], "{name:?}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let settings = Settings {
        name: "my app".to_owned(),
        namespace: Some("Monitoring".to_owned()),
        port: 0,
        path: "metrics".to_owned(),
        scrape_interval: Duration::from_millis(999),
        target_labels: [
            ("env", "x"),
            ("env", "y"),
            ("job", "x"),
            ("__a", "x"),
            ("a-b", "x"),
            ("c", ""),
        ]
        .map(pair)
        .to_vec(),
        kubernetes_labels: [
            ("release", "a"),
            ("release", "b"),
            ("a/b/c", "x"),
            ("A.b/c", "x"),
            ("app.kubernetes.io/name", "x"),
            ("d", "x y"),
            ("e.f/g", ""),
        ]
        .map(pair)
        .to_vec(),
        target_down: "Target Down".to_owned(),
        without_alerts: Vec::new(),
    };
    let target = ["target_label"; 5];
    let kubernetes = ["kubernetes_label"; 5];
    let single = ["name", "namespace", "port", "path", "scrape_interval"];
    assert_eq!(
        wrong(&settings),
        [&single[..], &target, &kubernetes, &["target_down_alert"]].concat(),
        "{:#?}",
        settings.check()
    );
}

#[test]
fn an_interval_is_one_that_rates_can_be_taken_of() {
    for (millis, is_right) in [
        (1_000, true),
        (1_500, true),
        (120_000, true),
        (120_001, false),
    ] {
        let settings = Settings {
            scrape_interval: Duration::from_millis(millis),
            ..Settings::default()
        };
        assert_eq!(settings.check().is_empty(), is_right, "{millis}");
    }
}

#[test]
fn a_target_label_is_no_label_of_a_family() {
    let target_labels = ["provider", "zone", "env"].map(|name| (name.to_owned(), "x".to_owned()));
    let settings = Settings {
        target_labels: target_labels.to_vec(),
        ..Settings::default()
    };
    let clashes = settings.clashes(&sample::declarations());
    assert_eq!(clashes.len(), 2, "{clashes:?}");
    assert!(clashes[0].contains("src/chat.rs:"), "{clashes:?}");
}
