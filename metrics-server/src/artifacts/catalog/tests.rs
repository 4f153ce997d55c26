//! The catalogue as text: what is declared comes out, what was written is read back, and what cannot be read is told.

use metrics_core::{
    Counter, Declarations, Gauge, Histogram, Label, LabelSet, MetricSet, Registry, StateSet,
};

use super::model::{Catalog, Family};
use super::{json, markdown, parse, text};
use crate::artifacts::sample;
use crate::artifacts::settings::Settings;

/// A catalogue as this version writes it, with all that there can be in one; it is to be read for ever.
pub(super) const VERSION_1: &str = include_str!("version_1.json");

pub(super) fn version_1() -> Catalog {
    parse(VERSION_1).expect("a catalogue")
}

fn of(declarations: &Declarations) -> Catalog {
    Catalog::of(declarations, &Settings::default())
}

fn family<'c>(catalog: &'c Catalog, name: &str) -> &'c Family {
    let mut families = catalog.families.iter();
    let found = families.find(|family| family.name == name);
    found.unwrap_or_else(|| panic!("no `{name}`"))
}

#[derive(Clone, Copy, Label)]
enum Weather {
    Fair,
    Foul,
}

#[derive(Clone, Copy, LabelSet)]
struct ByRoom {
    #[label(open, max = 10, overflow = "others")]
    room: u32,
    weather: Option<Weather>,
}

/// A house.
#[derive(MetricSet)]
#[metrics(prefix = "house", register = false)]
struct House {
    /// Visits.
    #[metric(idle = "10m")]
    visits: Counter<ByRoom>,
    /// Lengths of visits.
    #[metric(unit = "seconds", buckets = [1.0, 60.0], exemplars)]
    stay: Histogram,
    /// Share of visits that are short.
    #[metric(ratio = visits / visits)]
    short: Gauge<(), f64>,
    /// The weather outside.
    weather: StateSet<Weather>,
}

fn house() -> (Registry, std::sync::Arc<House>) {
    let built = Registry::builder()
        .namespace("town")
        .constant_label("shard", "7")
        .build();
    let registry = built.expect("good names");
    let house = House::register(&registry).expect("free names");
    (registry, house)
}

#[test]
fn all_that_is_declared_of_a_family_is_in_it() {
    let (registry, house) = house();
    house.weather.set(Weather::Fair);
    house.weather.set(Weather::Foul);
    let catalog = of(&registry.declarations());

    let visits = family(&catalog, "town_house_visits_total");
    assert_eq!(visits.idle_seconds, Some(600.0));
    let [room, weather] = &*visits.labels else {
        panic!("{:?}", visits.labels);
    };
    assert_eq!(
        (room.max, room.overflow.as_deref()),
        (Some(10), Some("others"))
    );
    assert_eq!(room.values, None);
    assert_eq!(
        weather.values.as_deref(),
        Some(&["fair".to_owned(), "foul".to_owned()][..])
    );
    assert!(weather.optional && !room.optional);
    let [shard] = &*visits.constant_labels else {
        panic!("{:?}", visits.constant_labels);
    };
    assert_eq!(
        (&*shard.name, &*shard.values),
        ("shard", &["7".to_owned()][..])
    );
    assert_eq!(visits.declared.field.as_deref(), Some("visits"));
    assert_eq!(visits.declared.package, "metrics-server");
    let set = &catalog.sets[0];
    assert_eq!(visits.sets, [&*set.path]);
    assert_eq!(
        (&*set.path, &*set.help),
        (concat!(module_path!(), "::House"), "A house.")
    );

    let stay = family(&catalog, "town_house_stay_seconds");
    assert_eq!(stay.buckets, [1.0, 60.0]);
    assert!(stay.exemplars);
    let short = family(&catalog, "town_house_short");
    assert_eq!(short.derived.as_deref(), Some("ratio"));
    let weather = family(&catalog, "town_house_weather");
    assert_eq!(weather.labels[0].name, "town_house_weather");
    assert_eq!(weather.labels[0].values.as_ref().map(Vec::len), Some(2));
}

#[test]
fn alerts_objectives_and_functions_are_in_it() {
    let catalog = of(&sample::declarations());
    let errors = family(&catalog, "chat_errors_total");
    assert_eq!(errors.alerts[0].expr, "rate(chat_errors_total[5m]) > 10");
    assert_eq!(errors.alerts[0].for_seconds, 300.0);
    let ask = catalog.objectives.iter().find(|one| one.function == "ask");
    assert_eq!(
        ask.map(|ask| &*ask.families),
        Some(
            &[
                "function_calls_total".to_owned(),
                "function_duration_seconds".to_owned()
            ][..]
        )
    );
    let reply = catalog
        .objectives
        .iter()
        .find(|one| one.function == "reply");
    let measured = reply.map(|reply| &*reply.families);
    assert_eq!(measured, Some(&["chat_latency_seconds".to_owned()][..]));
    let calls = family(&catalog, "function_calls_total");
    let functions = calls.labels[0].values.as_deref().expect("values");
    assert!(functions.contains(&"ask".to_owned()), "{functions:?}");
}

#[test]
fn it_is_read_back_as_it_was_written() {
    let (registry, _house) = house();
    for declarations in [sample::declarations(), registry.declarations()] {
        let written = json(&declarations, &Settings::default());
        assert_eq!(parse(&written), Ok(of(&declarations)));
        assert_eq!(json(&declarations, &Settings::default()), written);
        assert!(written.ends_with("}\n"));
    }
}

#[test]
fn a_catalogue_of_version_1_is_read_and_written_for_ever() {
    let catalog = version_1();
    let plain = |text: &str| -> serde_json::Value { serde_json::from_str(text).expect("JSON") };
    assert_eq!(plain(&text(&catalog)), plain(VERSION_1));
}

#[test]
fn what_is_no_catalogue_is_told_with_the_place_of_the_mistake() {
    let with = |from: &str, to: &str| {
        assert!(VERSION_1.contains(from), "{from}");
        VERSION_1.replacen(from, to, 1)
    };
    for (text, told) in [
        ("{", "it is no JSON: EOF while parsing an object at line 1 column 1".to_owned()),
        ("[]", "it is no catalogue: ".to_owned()),
        ("{}", "it is no catalogue: missing field `version`".to_owned()),
        (
            &with("\"version\": 1", "\"version\": 2"),
            "it is a catalogue of version 2, and this program knows version 1".to_owned(),
        ),
        (
            &with("\"optional\": false", "\"optional\": 0"),
            "it is no catalogue: `families[0].labels[0].optional`: invalid type: integer `0`, expected a boolean"
                .to_owned(),
        ),
        (
            &with("\"max\": 100,", ""),
            String::new(),
        ),
        (
            &with("\"unit\": \"seconds\"", "\"uint\": \"seconds\""),
            "it is no catalogue: `families[1].uint`: unknown field `uint`".to_owned(),
        ),
        (
            &with("\"type\": \"gauge\",", ""),
            "it is no catalogue: `families[3]`: missing field `type`".to_owned(),
        ),
    ] {
        match parse(text) {
            Err(error) => assert!(!told.is_empty() && error.starts_with(&told), "{error}"),
            // what may be left out
            Ok(_) => assert_eq!(told, "", "{text}"),
        }
    }
}

#[test]
fn people_read_it_as_a_page() {
    let expected = include_str!("version_1.md");
    let page = markdown::page(&version_1());
    assert_eq!(page, expected, "{page}");
}

#[test]
fn a_page_is_made_of_declarations_of_every_kind() {
    let page = markdown(&sample::declarations(), &Settings::default());
    for family in sample::declarations().families {
        assert!(page.contains(&format!("| `{}`", family.name())), "{page}");
    }
}
