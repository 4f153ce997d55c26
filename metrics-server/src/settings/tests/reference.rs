//! That every key is in the reference and in the example file, says the same from each source, and does something.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::{DeTable, DeValue};

use super::{env, with_env};
use crate::Exporter;
use crate::settings::file::raw;
use crate::settings::keys::{self, Feature, Found, Key, find};
use crate::settings::path::KeyPath;
use crate::settings::value::Raw;
use crate::settings::{SettingValue, Settings};

const REFERENCE: &str = include_str!("../../../docs/settings.md");
const EXAMPLE: &str = include_str!("../../../docs/metrics.toml");

#[test]
fn every_key_is_in_the_reference_with_its_variable() {
    let rows = REFERENCE
        .lines()
        .filter_map(|line| line.strip_prefix("| `"));
    let rows = rows.filter_map(|row| {
        let mut cells = row
            .split(" | ")
            .map(|cell| cell.trim_matches('`').to_owned());
        Some((cells.next()?, cells.next()?))
    });
    let of_keys = keys::all().into_iter().map(|key| {
        let name = key.path.replace('*', "NAME");
        let variable = name.to_uppercase().replace('.', "__");
        (name, variable)
    });
    assert_eq!(
        rows.collect::<BTreeMap<_, _>>(),
        of_keys.collect::<BTreeMap<_, _>>()
    );
}

#[test]
fn the_example_file_is_read_as_it_is() {
    let settings = super::file(EXAMPLE).expect("settings");
    assert!(settings.listeners().is_ok());
    let _ = Exporter::builder().settings(&settings);
}

#[test]
fn every_key_is_in_the_example_file_and_says_the_same_in_a_variable_and_in_code() {
    let text = uncommented();
    let table = DeTable::parse(&text).expect("TOML");
    let mut leaves = Vec::new();
    walk(&KeyPath::default(), table.get_ref(), &mut leaves);
    let mut seen = BTreeSet::new();
    for (path, raw) in leaves {
        let Found::Key(key) = find(&path) else {
            panic!("{path} is no key");
        };
        seen.insert(key.path);
        if !is_built(key) {
            continue;
        }
        let origin = || crate::settings::Origin::Variable("file".to_owned());
        let mut of_file = Settings::new();
        let mut problems = Vec::new();
        of_file.put(&path, &raw, origin(), &mut problems);
        assert_eq!(problems, [""; 0]);
        let (variable, code) = elsewhere(&raw);
        let name = path.to_string().to_uppercase().replace('.', "__");
        let of_env = env(&[(&name, &variable)]).expect("a setting");
        let of_code = Settings::new()
            .set(&path.to_string(), code)
            .expect("a setting");
        for other in [of_env, of_code] {
            let value = |of: &Settings| of.settings.get(&path).map(|setting| setting.value.clone());
            assert!(
                value(&of_file).is_some() && value(&of_file) == value(&other),
                "{path}"
            );
        }
    }
    let all: BTreeSet<_> = keys::all().into_iter().map(|key| key.path).collect();
    assert_eq!(seen, all);
}

#[test]
fn every_key_does_something() {
    let other = |key: &Key| match key.path {
        "address" => "127.0.0.1:7",
        "unix" => "/run/other",
        "mode" => "0600",
        "serves" => "page",
        "hosts" | "tls.client_names" => "a.example",
        "networks" => "::1",
        "tls.client_auth" => "optional",
        "tls.min_version" => "1.3",
        "tls.hsts_max_age" => "1d",
        "auth.token" => "0123456789abcdef0123456789abcdef",
        "auth.basic.*.hash" => "$2y$10$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        "page" | "default_collectors" => "false",
        "allowed_origins" => "https://a.example",
        "limits.stream_clients" | "limits.stream_clients_per_address" => "3",
        "open_to_all"
        | "created_samples"
        | "without_tls"
        | "without_auth"
        | "auth.protect_health"
        | "auth.accept_client_certificates" => "true",
        path if path.ends_with("_file") || path.starts_with("tls.") => "/other",
        path => panic!("no other value for `{path}`"),
    };
    for key in keys::all().into_iter().filter(|key| is_built(key)) {
        let base = base(key);
        let name = key.path.replace('*', "a");
        let prefix = if key.path.starts_with("without") {
            "LISTENER__A__"
        } else {
            ""
        };
        let variable = format!("{prefix}{}", name.to_uppercase().replace('.', "__"));
        let with = with_env(base.clone(), &[(&variable, other(key))]).expect("a setting");
        assert_ne!(effect(&base), effect(&with), "`{}` does nothing", key.path);
    }
}

/// What must be there for the key to be allowed.
fn base(key: &Key) -> Settings {
    let mut variables = vec![("LISTENER__A__ADDRESS", "127.0.0.1:2")];
    variables.push(match key.path {
        "mode" => ("UNIX", "/run/a"),
        _ => ("ADDRESS", "127.0.0.1:1"),
    });
    if key.path.starts_with("tls.") || key.path == "without_tls" {
        variables.extend([("TLS__CERT", "/a"), ("TLS__KEY", "/a")]);
    }
    if key.path.starts_with("auth.") || key.path == "without_auth" {
        variables.push(("AUTH__BASIC__B__HASH", "$2y$10$…"));
    }
    env(&variables).expect("settings")
}

/// All that comes of settings, as a text.
fn effect(settings: &Settings) -> String {
    // files and hashes that are none are told elsewhere
    let listeners = settings.resolved(&mut Vec::new());
    let exporter = Exporter::builder().settings(settings).build();
    let exporter = exporter.expect("an exporter");
    format!(
        "{listeners:?} {exporter:?} {} {} {:?}",
        exporter.has_page(),
        exporter.created_samples(),
        exporter.tells_of_process(),
    )
}

fn is_built(key: &Key) -> bool {
    let without = |feature: &Feature| !feature.is_there();
    // where a feature is off, its two keys of further listeners have nothing to be without
    let needed = match key.path {
        "without_tls" => Some(Feature::Tls),
        "without_auth" => Some(Feature::Auth),
        _ => key.feature,
    };
    !needed.as_ref().is_some_and(without)
}

/// The example with all that is commented out: `#key = …`, where a comment of words has a space.
fn uncommented() -> String {
    let lines = EXAMPLE.lines().map(|line| match line.strip_prefix('#') {
        Some(rest) if !rest.starts_with(' ') => rest,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn walk(table: &KeyPath, entries: &DeTable<'_>, leaves: &mut Vec<(KeyPath, Raw)>) {
    for (key, value) in entries {
        let path = table.child(key.get_ref());
        match value.get_ref() {
            DeValue::Table(entries) => walk(&path, entries, leaves),
            value => leaves.push((path, raw(value))),
        }
    }
}

/// The value as a variable has it, and as code has it.
fn elsewhere(raw: &Raw) -> (String, SettingValue) {
    match raw {
        Raw::Text(text) => (text.clone(), text.as_str().into()),
        Raw::Number(number) => (
            number.to_string(),
            i32::try_from(*number).expect("a small number").into(),
        ),
        Raw::Flag(flag) => (flag.to_string(), (*flag).into()),
        Raw::List(_) => {
            let texts = raw.texts().expect("a list of texts");
            (texts.join(","), texts.into())
        }
        Raw::Plain(_) | Raw::Other => panic!("no key has such a value"),
    }
}
