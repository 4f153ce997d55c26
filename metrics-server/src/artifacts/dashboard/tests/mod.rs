//! The dashboard as Grafana would get it: of the sample, and of all that is linked into these tests.

mod alerts;
mod axes;
mod lint;
mod mutations;
mod promql;
mod promtool;
mod shape;

use metrics_core::Registry;
use serde_json::Value;

use crate::Artifacts;
use crate::artifacts::sample;
use crate::artifacts::settings::Settings;

/// Gauges of the sample whose names end as if they counted.
const SAMPLE_GAUGES: &[&str] = &["chat_sessions_total"];

fn settings() -> Settings {
    Settings {
        name: "chatbox".to_owned(),
        ..Settings::default()
    }
}

fn sample_text() -> String {
    super::dashboard(&sample::declarations(), &settings(), None).expect("a dashboard")
}

fn sample() -> Value {
    serde_json::from_str(&sample_text()).expect("JSON")
}

/// Of everything that is linked, with the metrics of the middleware, which are registered while a program runs.
fn whole() -> Value {
    let registry = Registry::new();
    registry.attach(Registry::global());
    let _http = crate::HttpMetrics::of(&registry);
    let text = Artifacts::of(&registry).name("all").dashboard();
    serde_json::from_str(&text.expect("a dashboard")).expect("JSON")
}

#[test]
fn the_linter_finds_nothing() {
    assert_eq!(
        lint::lint(&sample(), SAMPLE_GAUGES).into_iter().next(),
        None
    );
    assert_eq!(lint::lint(&whole(), &[]).into_iter().next(), None);
}
