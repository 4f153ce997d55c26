//! The whole over HTTP: random families that threads update, scraped in every format and coding, and watched by a client
//! of the stream from before the first update, whose state in the end is that of a scrape.
//! What the formats mean is read by `tests/whole.rs`, whose cases and model these are.

#[path = "../whole/case.rs"]
mod case;
#[path = "../whole/document.rs"]
mod document;
#[path = "../whole/expected.rs"]
mod expected;
#[path = "../whole/live.rs"]
mod live;
#[path = "../whole/model.rs"]
mod model;
#[path = "../whole/native.rs"]
mod native;
#[path = "../whole/random.rs"]
mod random;
#[path = "../whole/runner.rs"]
mod runner;
#[path = "../whole/shapes.rs"]
mod shapes;
#[path = "../whole/trouble.rs"]
mod trouble;
#[path = "../whole/updates.rs"]
mod updates;

use std::collections::BTreeSet;

use metrics_core::{
    FamilySnapshot, Gauge, MetricSet, OPEN_METRICS_CONTENT_TYPE, PROTOBUF_CONTENT_TYPE, Registry,
    Snapshot, ValueSnapshot,
};
use serde_json::{Value, json};

use crate::client::Running;
use crate::known::Known;
use crate::raw::get;
use crate::shop::exporter;
use crate::stream_client::Stream;
use case::Case;
use document::{document, told_float};
use expected::{Checked, Ran};
use live::Exposed;
use random::Texts;

#[test]
fn every_format_and_coding_and_the_stream_show_what_threads_did() {
    for texts in [Texts::Plain, Texts::Any] {
        runner::holds(4, texts, 300, |case, times| {
            property(case, Ran::InTurn)?;
            (0..times).try_for_each(|_| property(case, Ran::AtOnce))
        });
    }
}

/// What is updated when all else is over; no family of a case is called so.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Over {
    /// How often all was over.
    over: Gauge,
}

fn property(case: &Case, ran: Ran) -> Checked {
    let exposed = Exposed::of(case);
    let registry = &exposed.registry;
    let over = Over::register(registry).expect("another name");
    let running = Running::new(&exporter(registry));
    let url = format!("ws://{}/metrics/stream", running.authority());
    let mut stream = Stream::connect(&format!("{url}?interval_ms=100"));
    let mut known = Known::default();
    known.learn(&stream.next_of("metrics:snapshot"));
    let mut times = 0;
    // a walk that shows this may have begun before, but not one that shows it twice
    let mut is_told = || {
        for _ in 0..2 {
            times += 1;
            over.over.set(times);
            let is_over =
                |(name, value): (String, &Value)| name.contains("over{") && *value == json!(times);
            known.learn_until(&mut stream, |known| known.all().any(is_over));
        }
    };
    match ran {
        Ran::InTurn => exposed.acts_in_turn(case),
        Ran::AtOnce => {
            let scrape = || drop(get(&running, "/metrics", &[]));
            exposed.acts_at_once(case, scrape, &mut is_told);
        }
    }
    // what was removed has been shown
    registry.delivered(registry.mark());
    is_told();
    let mut shown = registry.snapshot();
    let checked = check_formats(&running, registry, &shown);
    let checked = checked.and_then(|()| check_filters(&running, registry, &shown));
    shown
        .families
        .retain(|family| !family.name.ends_with("over"));
    let checked = checked.and_then(|()| expected::check(case, &shown, ran));
    let checked = checked.and_then(|()| check_stream(&known, &shown));
    checked.map_err(|error| format!("threads ran {ran:?}: {error}"))
}

/// Whether all that is served is what the registry encodes, and the document says the same.
fn check_formats(running: &Running, registry: &Registry, shown: &Snapshot) -> Checked {
    for coding in ["identity", "gzip", "zstd"] {
        let coding = format!("Accept-Encoding: {coding}");
        for (accept, body) in [
            ("text/plain", registry.encode_text().into_bytes()),
            (
                OPEN_METRICS_CONTENT_TYPE,
                registry.encode_open_metrics().into_bytes(),
            ),
            (PROTOBUF_CONTENT_TYPE, registry.encode_protobuf()),
        ] {
            let answer = get(
                running,
                "/metrics",
                &[&format!("Accept: {accept}"), &coding],
            );
            if !answer.whole || answer.decoded() != body {
                return Err(format!("{accept}, {coding}: {answer:?}"));
            }
        }
        let answer = get(running, "/metrics/json", &[&coding]).text();
        let mut told: Value = serde_json::from_str(&answer).map_err(|error| error.to_string())?;
        for family in told["families"].as_array_mut().into_iter().flatten() {
            for series in family["series"].as_array_mut().into_iter().flatten() {
                // of counters, which a snapshot has not
                series.as_object_mut().map(|series| series.remove("rate"));
            }
        }
        let expected = &document(shown)["families"];
        if told["families"] != *expected {
            return Err(format!(
                "JSON, {coding}: {}\nis not\n{expected}",
                told["families"]
            ));
        }
    }
    Ok(())
}

/// Whether a family that is asked for by its name comes alone, and so do the series with a label.
fn check_filters(running: &Running, registry: &Registry, shown: &Snapshot) -> Checked {
    let text = registry.encode_text();
    for FamilySnapshot { name, .. } in &shown.families {
        let answer = get(running, &format!("/metrics?name[]={name}"), &[]).text();
        // no line of samples begins so
        let start = text.find(&format!("# HELP {name} ")).unwrap_or(text.len());
        let expected = &text[start..];
        let end = expected[1..].find("\n# HELP ").map(|end| end + 2);
        let expected = &expected[..end.unwrap_or(expected.len())];
        if answer != expected {
            return Err(format!("{name} alone: {answer:?}\nis not\n{expected:?}"));
        }
    }
    let all = || shown.families.iter().flat_map(|family| &family.series);
    let labels: BTreeSet<_> = all().flat_map(|series| &series.labels).collect();
    for (name, value) in labels {
        let pair = (name.clone(), value.clone());
        let expected: Vec<_> = all().filter(|s| s.labels.contains(&pair)).collect();
        let query = encoded(&format!("{name}={value}"));
        let answer = get(running, &format!("/metrics/json?labels={query}"), &[]).text();
        let told: Value = serde_json::from_str(&answer).map_err(|error| error.to_string())?;
        let families = told["families"].as_array().into_iter().flatten();
        let series = families.map(|family| family["series"].as_array().map_or(0, Vec::len));
        let series: usize = series.sum();
        let quoted = value
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n");
        let query = encoded(&format!("{{{name}=\"{quoted}\"}}"));
        let answer = get(running, &format!("/metrics?match[]={query}"), &[]).text();
        let lines = answer
            .split_terminator('\n')
            .filter(|line| !line.starts_with('#'));
        let lines = lines.count();
        let expected = (
            expected.len(),
            expected.iter().map(|s| lines_of(&s.value)).sum(),
        );
        if (series, lines) != expected {
            return Err(format!(
                "{:?}, and not {expected:?}, have {pair:?}",
                (series, lines)
            ));
        }
    }
    Ok(())
}

/// How many lines of text a value has.
fn lines_of(value: &ValueSnapshot) -> usize {
    match value {
        // with the bucket `+Inf`, the sum and the count
        ValueSnapshot::Histogram { bounds, .. } => bounds.len() + 3,
        _ => 1,
    }
}

/// A text as a query has it.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Whether what a client of the stream knows is what a scrape shows.
fn check_stream(known: &Known, shown: &Snapshot) -> Checked {
    let mut told: Vec<_> = known
        .described()
        .map(|(family, labels, value)| {
            let about = ["name", "type", "unit", "help"].map(|key| &family[key]);
            let bounds = family["bounds"].as_array().map_or(&[][..], |all| all);
            json!([about, labels, bounds, value]).to_string()
        })
        .filter(|told| !told.contains("\"How often all was over.\""))
        .collect();
    let families = shown.families.iter();
    let mut expected: Vec<_> = families
        .flat_map(|family| family.series.iter().map(move |series| (family, series)))
        .map(|(family, series)| {
            let FamilySnapshot {
                name,
                kind,
                unit,
                help,
                ..
            } = family;
            let about = [name.as_str(), kind.as_str(), unit, help];
            let (bounds, value) = match &series.value {
                ValueSnapshot::Number(number) => (Vec::new(), document::told(*number)),
                ValueSnapshot::Histogram {
                    bounds,
                    cumulative,
                    count,
                    sum,
                    ..
                } => (
                    bounds.clone(),
                    json!({"count": count, "sum": told_float(*sum), "buckets": cumulative}),
                ),
                other => unreachable!("no family of a case has {other:?}"),
            };
            json!([about, series.labels, bounds, value]).to_string()
        })
        .collect();
    told.sort();
    expected.sort();
    if told == expected {
        return Ok(());
    }
    let of = |all: &[String], others: &[String]| -> Vec<String> {
        all.iter()
            .filter(|one| !others.contains(one))
            .cloned()
            .collect()
    };
    Err(format!(
        "the stream: told\n  {:?}\nand not\n  {:?}",
        of(&told, &expected),
        of(&expected, &told)
    ))
}
