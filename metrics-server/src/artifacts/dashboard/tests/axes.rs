//! Where the axes of panels begin and end: Grafana draws nothing that lies beyond.

use metrics_core::{
    Declaration, Declarations, DeclaredFamily, Descriptor, Kind, SetDescriptor, Source,
};
use serde_json::Value;

use super::settings;
use super::shape::titled;
use crate::artifacts::dashboard::dashboard;

const SOURCE: Source = Source {
    file: "src/room.rs",
    line: 1,
    package: "room",
    module: "room",
};

const fn declared(line: u32, name: &'static str, help: &'static str) -> Declaration {
    Declaration::new("room", name, help, SOURCE.at(line))
}

static ROOM: SetDescriptor = SetDescriptor {
    name: "Room",
    help: "A room.",
    source: SOURCE,
    families: &[
        Descriptor::new(
            declared(2, "outside", "Cold.")
                .unit("celsius")
                .bounds(&[-10.0, 0.0, 10.0]),
            Kind::Histogram,
            &[],
        ),
        Descriptor::new(
            declared(3, "wait", "Wait.")
                .unit("seconds")
                .bounds(&[0.1, 1.0]),
            Kind::Histogram,
            &[],
        ),
        Descriptor::new(declared(4, "load", "Load.").unit("ratio"), Kind::Gauge, &[]),
    ],
    nested: &[],
    labels: &[],
    linked: true,
};

/// The least and the greatest value that the panel shows, if it is bound.
fn ends(title: &str) -> [Option<f64>; 2] {
    let mut all = Declarations::default();
    all.families = ROOM.all_families().map(DeclaredFamily::of_set).collect();
    let text = dashboard(&all, &settings(), None).expect("a dashboard");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let defaults = &titled(&all, title)["fieldConfig"]["defaults"];
    ["min", "max"].map(|end| defaults[end].as_f64())
}

#[test]
fn quantiles_below_0_are_drawn() {
    assert_eq!(ends("Cold: quantiles"), [None, None]);
    assert_eq!(ends("Wait: quantiles"), [Some(0.0), None]);
}

#[test]
fn a_ratio_above_1_is_drawn() {
    assert_eq!(ends("Load"), [Some(0.0), None]);
}
