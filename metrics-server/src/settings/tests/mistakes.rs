//! The sentences of mistakes within one source. Each is what a person reads who has nothing else.

use super::{env, file, told};
use crate::settings::Settings;

#[test]
fn a_mistake_in_a_file_tells_its_place_and_what_may_stand_there() {
    for (text, expected) in [
        (
            "serves = \"pages\"",
            "metrics.toml:1:1: `serves` must be \"all\", \"scrape\" or \"page\"",
        ),
        (
            "\n  page = \"true\"",
            "metrics.toml:2:3: `page` must be true or false",
        ),
        (
            "[limits]\nstream_clients = -1",
            "metrics.toml:2:1: `limits.stream_clients` must be a whole number from 0 to 1000000",
        ),
        (
            "limits.stream_clients = 1.5",
            "metrics.toml:1:8: `limits.stream_clients` must be a whole number from 0 to 1000000",
        ),
        (
            "mode = 660",
            "metrics.toml:1:1: `mode` must be permissions in octal as a text: \"0660\", at most \"0777\"",
        ),
        (
            "address = \"9090\"",
            "metrics.toml:1:1: `address` must be an address or a name with a port: \"127.0.0.1:9090\", \"[::1]:9090\" or \
             \"localhost:9090\"",
        ),
        (
            "unix = \"metrics.sock\"",
            "metrics.toml:1:1: `unix` must be a path that begins with `/`: \"/run/app/metrics.sock\"",
        ),
        (
            "networks = []",
            "metrics.toml:1:1: `networks` is empty; leave it out, or write networks as `10.0.0.0/8`, `2001:db8::/32` or \
             addresses",
        ),
        (
            "networks = [\"10.0.0.0/8\", \"10.1.2.3/8\"]",
            "metrics.toml:1:1: `networks` has a wrong item 2, an address in `10.0.0.0/8`; write that, or the address alone",
        ),
        (
            "hosts = [\"https://a.example\"]",
            "metrics.toml:1:1: `hosts` has a wrong item 1; write names as `metrics.example.com`, without scheme \
             and port",
        ),
        (
            "allowed_origins = \"https://a.example\"",
            "metrics.toml:1:1: `allowed_origins` must be a list of texts; write origins as browsers send them: \
             `https://ops.example.com`, in lower case and without a path",
        ),
        (
            "adress = \"127.0.0.1:1\"",
            "metrics.toml:1:1: `adress` is no setting; did you mean `address`? there are `address`, `unix`, `mode`, \
             `serves`, `hosts`, `networks`, `open_to_all`, `tls`, `auth`, `page`, `allowed_origins`, `created_samples`, \
             `default_collectors`, `limits`, `listener`",
        ),
        (
            "[limits]\nclients = 5",
            "metrics.toml:2:1: there is no such setting in `limits`; there are `stream_clients`, \
             `stream_clients_per_address`",
        ),
        (
            "[listener.page]\nwithout_tsl = true",
            "metrics.toml:2:1: `listener.page.without_tsl` is no setting; did you mean `listener.page.without_tls`? there \
             are `address`, `unix`, `mode`, `serves`, `hosts`, `networks`, `open_to_all`, `tls`, `auth`, `without_tls`, \
             `without_auth`",
        ),
        (
            "[[listener]]\naddress = \"127.0.0.1:1\"",
            "metrics.toml:1:3: `listener` must be a table with `NAME`",
        ),
        (
            "tls = true",
            "metrics.toml:1:1: `tls` must be a table with `cert`, `key`, `client_ca`, `client_crl`, `client_auth`, \
             `client_names`, `min_version`, `hsts_max_age`",
        ),
        (
            "[auth]",
            "metrics.toml:1:2: `auth` is empty; leave it out, or write into it `token`, `token_file`, `basic`, \
             `protect_health`, `accept_client_certificates`",
        ),
        (
            "page = true\npage = false",
            "metrics.toml:2:1: duplicate key",
        ),
        (
            "page = yes",
            "metrics.toml:1:8: string values must be quoted, expected literal string",
        ),
        ("page", "metrics.toml:1:5: key with no value, expected `=`"),
    ] {
        assert_eq!(told(file(text)), expected, "{text}");
    }
}

#[test]
fn a_mistake_is_told_in_the_same_words_wherever_it_was_written() {
    let words = "`limits.stream_clients` must be a whole number from 0 to 1000000";
    let of_file = told(file("[limits]\nstream_clients = \"many\""));
    assert_eq!(of_file, format!("metrics.toml:2:1: {words}"));
    let of_env = told(env(&[("LIMITS__STREAM_CLIENTS", "many")]));
    assert_eq!(
        of_env,
        format!("METRICS_SERVER__LIMITS__STREAM_CLIENTS: {words}")
    );
    let line = line!() + 1;
    let of_code = Settings::new().set("limits.stream_clients", "many");
    let of_code = of_code.expect_err("a mistake").to_string();
    let (place, told) = of_code.split_once(": ").expect("a place");
    assert_eq!(told, words);
    assert!(
        place.ends_with(&format!("mistakes.rs:{line}:35")),
        "{place}"
    );
}

#[test]
fn all_mistakes_of_a_source_are_told_at_once_in_its_order() {
    let of_file = told(file(
        "serves = 1\npage = 1\n[limits]\nstream_clients = true\nx = 1\n",
    ));
    let places: Vec<_> = of_file.lines().map(|line| &line[..16]).collect();
    assert_eq!(
        places,
        [
            "metrics.toml:1:1",
            "metrics.toml:2:1",
            "metrics.toml:4:1",
            "metrics.toml:5:1"
        ]
    );
    let of_env = told(env(&[("SERVES", "x"), ("PAGE", "x"), ("TSL__CERT", "x")]));
    let names: Vec<_> = of_env
        .lines()
        .filter_map(|line| line.split(':').next())
        .collect();
    assert_eq!(
        names,
        [
            "METRICS_SERVER__PAGE",
            "METRICS_SERVER__SERVES",
            "METRICS_SERVER__TSL__CERT"
        ]
    );
    assert!(
        of_env.contains("`tsl` is no setting; did you mean `tls`?"),
        "{of_env}"
    );
}

#[test]
fn a_variable_that_names_a_table_or_nothing_is_refused() {
    for (name, told_of) in [
        ("LIMITS", "`limits` must be a table with `stream_clients`"),
        ("", "there is no such setting; there are `address`"),
        ("LISTENER", "`listener` must be a table with `NAME`"),
        (
            "LISTENER__PAGE",
            "`listener.page` must be a table with `address`",
        ),
        ("PAGE__X", "`page` is no table, and has nothing in it"),
        ("LIMITS__", "there is no such setting in `limits`"),
    ] {
        let told = told(env(&[(name, "x")]));
        assert!(told.contains(told_of), "{name}: {told}");
    }
}

#[test]
fn a_file_that_is_not_there_too_long_or_no_text_is_told() {
    let folder = std::env::temp_dir().join(format!("settings-read-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("metrics.toml");
    let told = |path: &std::path::Path| {
        Settings::new()
            .file(path)
            .expect_err("a mistake")
            .to_string()
    };
    assert!(told(&path).contains("metrics.toml: cannot be read: "));
    std::fs::write(&path, b"page = \"\xff\"").expect("a file");
    assert!(told(&path).contains("UTF-8"));
    std::fs::write(&path, "#".repeat(1024 * 1024 + 1)).expect("a file");
    assert!(told(&path).contains("longer than 1 MiB"));
    std::fs::remove_dir_all(&folder).expect("a folder");
}
