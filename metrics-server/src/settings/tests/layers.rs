//! Which of several sources counts.

use std::ffi::OsString;

use super::{env, file, told, with_env};
use crate::settings::Settings;
use crate::settings::table::Table;

fn text(settings: &Settings, key: &str) -> Option<String> {
    Table::top(settings).text(key).map(str::to_owned)
}

#[test]
fn what_is_read_later_counts_key_by_key() {
    let code = Settings::new()
        .set("address", "127.0.0.1:1")
        .and_then(|settings| settings.set("serves", "page"))
        .and_then(|settings| settings.set("hosts", ["a", "b"]))
        .expect("settings");
    let file = code
        .with_text(
            "metrics.toml",
            "address = \"127.0.0.1:2\"\nhosts = [\"c\"]\n",
        )
        .expect("settings");
    let all = with_env(file, &[("ADDRESS", "127.0.0.1:3")]).expect("settings");
    assert_eq!(text(&all, "address").as_deref(), Some("127.0.0.1:3"));
    assert_eq!(text(&all, "serves").as_deref(), Some("page"));
    assert_eq!(Table::top(&all).list("hosts"), Some(&["c".to_owned()][..]));
    // the order of the calls, not of the kinds
    let again = all.set("address", "127.0.0.1:4").expect("settings");
    assert_eq!(text(&again, "address").as_deref(), Some("127.0.0.1:4"));
}

#[test]
fn of_two_ways_to_say_it_a_later_source_replaces_the_other() {
    let code = Settings::new()
        .set("address", "127.0.0.1:1")
        .expect("settings");
    let both = with_env(code, &[("UNIX", "/run/metrics.sock")]).expect("settings");
    assert_eq!(text(&both, "address"), None);
    assert!(both.listeners().is_ok());
    let beside = file("address = \"127.0.0.1:1\"\nunix = \"/run/metrics.sock\"").expect("settings");
    assert_eq!(
        told(beside.listeners()),
        "metrics.toml:1:1: `address` stands beside `unix`, at metrics.toml:2:1; leave one out"
    );
}

#[test]
fn variables_of_others_are_passed_over_and_empty_ones_refused() {
    let others = [
        // as Kubernetes gives it where a Service is called so
        ("METRICS_SERVER_PORT", "tcp://10.0.0.1:443"),
        ("METRICS_SERVER_", "x"),
        ("ADDRESS", "x"),
    ];
    let others = others.map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let none = Settings::new().with_variables(others).expect("settings");
    assert_eq!(format!("{none:?}"), "{}");
    assert_eq!(
        told(env(&[("NETWORKS", "")])),
        "METRICS_SERVER__NETWORKS: the variable is empty; unset it, or give it a value"
    );
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_told() {
    use std::os::unix::ffi::OsStringExt;

    let value = OsString::from_vec(vec![b'a', 0xff]);
    let variables = [(OsString::from("METRICS_SERVER__ADDRESS"), value)];
    assert_eq!(
        told(Settings::new().with_variables(variables)),
        "METRICS_SERVER__ADDRESS: `address` is not UTF-8"
    );
}
