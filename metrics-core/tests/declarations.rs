//! What a registry says is declared in it: of all that is registered and attached, every family once, without a value.

use metrics_core::{
    Counter, Declarations, DeclaredFamily, Gauge, Label, MetricSet, Registry, StateSet, timed,
};

#[derive(Clone, Copy, Label)]
enum Weather {
    Fair,
    Foul,
}

/// A room.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "room", register = false, labels(zone = "inner"))]
struct Room {
    /// People in it.
    people: Gauge,
    /// The weather outside.
    weather: StateSet<Weather>,
    /// Read by a function that must not be called.
    #[metric(read = never)]
    height: Gauge,
}

fn never() -> i64 {
    panic!("a declaration reads no value");
}

/// A house of rooms.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "house", register = false)]
struct House {
    /// Bells rung.
    bells: Counter,
    #[metric(flatten)]
    room: Room,
}

#[timed]
fn knock() {}

fn family<'d>(declarations: &'d Declarations, name: &str) -> &'d DeclaredFamily {
    let mut families = declarations.families.iter();
    families
        .find(|family| family.name() == name)
        .unwrap_or_else(|| panic!("no `{name}` in {:?}", names(declarations)))
}

fn names(declarations: &Declarations) -> Vec<&str> {
    let families = declarations.families.iter();
    families.map(DeclaredFamily::name).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn shard(shard: &str) -> Registry {
    let builder = Registry::builder().namespace("town");
    let built = builder.constant_label("shard", shard).build();
    built.expect("good names")
}

#[test]
fn families_have_the_names_labels_and_sets_that_they_are_exposed_with() {
    let registry = shard("7");
    let house = House::register(&registry).expect("free names");
    house.room.weather.set(Weather::Foul);
    house.room.weather.set(Weather::Fair);
    let declarations = registry.declarations();
    assert_eq!(
        names(&declarations),
        [
            "metrics_read_panics_total",
            "metrics_read_timeouts_total",
            "town_house_bells_total",
            "town_house_room_height",
            "town_house_room_people",
            "town_house_room_weather",
        ]
    );
    let weather = family(&declarations, "town_house_room_weather");
    let sets: Vec<_> = weather.sets().map(|set| set.name).collect();
    assert_eq!(sets, ["House", "Room"]);
    assert_eq!(weather.states(), ["fair", "foul"]);
    assert_eq!(
        weather.state_label().as_deref(),
        Some("town_house_room_weather")
    );
    assert_eq!(
        weather.constant_labels(),
        pairs(&[("shard", "7"), ("zone", "inner")])
    );
    registry.unregister(&house);
    assert_eq!(names(&registry.declarations()), [""; 0]);
}

#[test]
fn a_set_that_comes_later_is_declared_as_it_will_be() {
    let registry = shard("7");
    let before = registry.declarations_of::<House>();
    let _house = House::register(&registry).expect("free names");
    let after = registry.declarations();
    assert_eq!(before.len(), 4);
    for told in &before {
        let is = family(&after, told.name());
        assert_eq!(told.constant_labels(), is.constant_labels());
        assert_eq!(told.descriptor().source(), is.descriptor().source());
    }
}

#[test]
fn a_family_of_several_registries_is_one_with_the_constant_labels_of_all() {
    let (first, second) = (shard("1"), shard("2"));
    let _houses = [&first, &second].map(House::register);
    let registry = Registry::new();
    registry.attach(&second);
    registry.attach(&first);
    let declarations = registry.declarations();
    let bells = names(&declarations).into_iter();
    assert_eq!(bells.filter(|name| name.contains("bells")).count(), 1);
    assert_eq!(
        family(&declarations, "town_house_bells_total").constant_labels(),
        pairs(&[("shard", "2"), ("shard", "1")])
    );
}

#[test]
fn only_the_global_registry_has_functions_and_they_need_no_call() {
    let has_knock = |registry: &Registry| {
        let functions = registry.declarations().functions;
        functions.iter().any(|function| function.name == "knock")
    };
    assert!(has_knock(Registry::global()));
    assert!(!has_knock(&shard("7")));
    let around = Registry::new();
    around.attach(Registry::global());
    assert!(has_knock(&around));
    knock();
}
