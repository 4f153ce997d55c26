//! What is generated from declarations, over HTTP: the same as in files.

use metrics_core::{Gauge, MetricSet, Registry};
use metrics_server::{Artifacts, Exporter};

use crate::client::{Running, get, get_with};
use crate::raw;
use crate::shop::shop;

/// An exporter whose service has a name.
fn exporter(registry: &Registry) -> Exporter {
    Exporter::builder()
        .registry(registry)
        .artifacts(|artifacts| artifacts.name("corner_shop").port(8081))
        .build()
        .expect("good settings")
}

/// The content of an exported file.
fn exported(artifacts: &Artifacts, path: &str) -> String {
    let files = artifacts.files().expect("right declarations");
    let file = files.into_iter().find(|file| file.path == path);
    file.unwrap_or_else(|| panic!("no {path}")).content
}

#[test]
fn what_is_served_is_what_is_exported() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let artifacts = Artifacts::of(&registry).name("corner_shop").port(8081);
    for (path, file, content_type) in [
        ("/metrics/dashboard", "dashboard.json", "application/json"),
        ("/metrics/rules", "rules.yml", "application/yaml"),
        (
            "/metrics/catalog",
            "catalog.md",
            "text/markdown; charset=utf-8",
        ),
        (
            "/metrics/catalog?format=json",
            "catalog.json",
            "application/json",
        ),
    ] {
        let answer = running.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert_eq!(answer.header("content-type"), content_type, "{path}");
        assert_eq!(answer.body, exported(&artifacts, file), "{path}");
        assert!(answer.body.len() > 10, "{path}: {}", answer.body);
    }
}

#[test]
fn a_dashboard_is_a_file_to_be_imported() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let answer = running.get("/metrics/dashboard");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"corner_shop.json\""
    );
    assert!(answer.json()["panels"].is_array(), "{}", answer.body);

    let of_set = running.get("/metrics/dashboard?refresh=1&set=Shop");
    assert_eq!(
        of_set.header("content-disposition"),
        "attachment; filename=\"corner_shop-Shop.json\""
    );
    assert!(of_set.body.contains("shop_till"), "{}", of_set.body);
    assert!(!of_set.body.contains("tokio_workers"), "{}", of_set.body);
    assert!(answer.body.contains("tokio_workers"), "{}", answer.body);
}

#[test]
fn a_set_that_is_not_there_is_404_with_those_that_are() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let answer = running.get("/metrics/dashboard?set=Shp");
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    let begins = "there is no set `Shp`; there are `";
    assert!(answer.body.starts_with(begins), "{}", answer.body);
    assert!(answer.body.contains("`Shop`"), "{}", answer.body);
}

#[test]
fn the_catalogue_is_for_people_or_for_tools() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let url = running.url("/metrics/catalog");
    let by_accept = get_with(&url, "Accept", "application/json");
    assert_eq!(by_accept.header("content-type"), "application/json");
    assert_eq!(by_accept.header("vary"), "Accept, Accept-Encoding");
    let by_query = get(&format!("{url}?format=json"));
    assert_eq!(by_query.body, by_accept.body);
    // the query is the stronger
    let markdown = get_with(
        &format!("{url}?format=markdown"),
        "Accept",
        "application/json",
    );
    assert_eq!(
        markdown.header("content-type"),
        "text/markdown; charset=utf-8"
    );
    let refused = get(&format!("{url}?format=xml"));
    assert_eq!(
        (refused.status, refused.body.as_str()),
        (
            400,
            "there is no format `xml`; write `format=json` or `format=markdown`\n"
        )
    );
}

#[test]
fn artefacts_are_compressed_for_those_who_ask() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for path in ["/metrics/dashboard", "/metrics/rules", "/metrics/catalog"] {
        let plain = running.get(path).body;
        for coding in ["gzip", "zstd"] {
            let asked = format!("Accept-Encoding: {coding}");
            let answer = raw::get(&running, path, &[&asked]);
            assert_eq!(answer.header("content-encoding"), coding, "{path}");
            assert_eq!(answer.text(), plain, "{path}");
        }
    }
}

#[test]
fn without_default_collectors_there_is_nothing_of_the_process() {
    let (registry, _shop) = shop();
    let alone = Exporter::builder()
        .registry(&registry)
        .without_default_collectors()
        .build()
        .expect("good settings");
    let catalog = Running::new(&alone).get("/metrics/catalog").body;
    assert!(catalog.contains("shop_till"), "{catalog}");
    assert!(!catalog.contains("process_"), "{catalog}");
    // what is told of the process is in the catalogue wherever it was made
    let catalog = Running::new(&exporter(&registry))
        .get("/metrics/catalog")
        .body;
    for name in ["process_cpu_seconds_total", "tokio_workers"] {
        assert!(catalog.contains(name), "{name}: {catalog}");
    }
}

#[test]
fn settings_that_panic_are_an_answer() {
    let (registry, _shop) = shop();
    let broken = Exporter::builder()
        .registry(&registry)
        .artifacts(|_| panic!("a mistake of the user's"))
        .build()
        .expect("good settings");
    let running = Running::new(&broken);
    for _ in 0..5 {
        let answer = running.get("/metrics/rules");
        assert_eq!(answer.status, 500, "{}", answer.body);
        assert!(
            answer.body.contains("the process's log says why"),
            "{}",
            answer.body
        );
    }
    assert_eq!(running.get("/metrics").status, 200);
}

/// Its alert asks for a metric that no registry has, which is found when rules are made.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "wrong", register = false)]
struct Wrong {
    /// Things that are wrong.
    #[metric(alert(
        name = "BothWrong",
        expr = "$self > 0 and nowhere_things > 0",
        for = "5m",
        severity = "ticket",
        summary = "Both are wrong",
    ))]
    things: Gauge,
}

#[test]
fn what_is_wrong_with_declarations_is_said() {
    let registry = Registry::new();
    let _wrong = Wrong::register(&registry).expect("an empty registry");
    let running = Running::new(&exporter(&registry));
    let answer = running.get("/metrics/rules");
    assert_eq!(answer.status, 500, "{}", answer.body);
    assert!(answer.body.contains("`nowhere_things`"), "{}", answer.body);
    assert!(answer.body.contains("BothWrong"), "{}", answer.body);
    // it is nothing to the others
    assert_eq!(running.get("/metrics/catalog").status, 200);
}
