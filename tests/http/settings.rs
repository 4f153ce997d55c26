//! A server that is set by a file and the environment, as its clients see it.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use metrics_server::{Address, Error, Exporter, Server, ServerHandle, Settings};

use crate::client::{Answer, get, get_with};
use crate::folder::Folder;
use crate::shop::shop;

/// The folder's file with these settings.
fn file(folder: &Folder, text: &str) -> PathBuf {
    let path = folder.path().join("metrics.toml");
    fs::write(&path, text).expect("a file");
    path
}

/// A server of the shop with these settings.
fn spawned(settings: &Settings) -> ServerHandle {
    let (registry, _shop) = shop();
    let exporter = Exporter::builder().registry(&registry).settings(settings);
    let exporter = exporter.build().expect("an exporter");
    let server = Server::from_settings(settings).expect("a server");
    server.exporter(exporter).spawn().expect("it answers")
}

fn at(address: &Address, path: &str) -> Answer {
    get(&format!("http://{address}{path}"))
}

#[test]
fn a_file_says_what_is_served_where_and_to_whom() {
    let folder = Folder::new("settings");
    let file = file(
        &folder,
        r#"
address = "127.0.0.1:0"
serves = "scrape"
allowed_origins = ["https://ops.example.com"]

[listener.page]
address = "127.0.0.1:0"
serves = "page"

[listener.strangers]
address = "127.0.0.1:0"
networks = ["192.0.2.0/24"]
"#,
    );
    let settings = Settings::new().file(file).expect("settings");
    let server = spawned(&settings);
    let [scrape, page, strangers] = server.addresses() else {
        panic!("three listeners: {:?}", server.addresses());
    };
    assert_eq!(at(scrape, "/metrics").sample("shop_customers"), Some("2"));
    assert_eq!(at(scrape, "/").status, 404);
    assert_eq!(at(page, "/").status, 200);
    assert_eq!(at(page, "/metrics").status, 404);
    assert_eq!(at(strangers, "/metrics").status, 403);
    for (origin, status) in [
        ("https://ops.example.com", 200),
        ("https://evil.example", 403),
    ] {
        let url = format!("http://{scrape}/metrics/json");
        assert_eq!(get_with(&url, "Origin", origin).status, status, "{origin}");
    }
    server.stop().expect("a good end");
}

#[test]
fn a_token_of_a_file_is_asked_for_at_every_listener() {
    let folder = Folder::new("settings");
    let token = folder.path().join("token");
    fs::write(&token, "0123456789abcdef\n").expect("a file");
    let settings = format!(
        "address = \"127.0.0.1:0\"\nauth.token_file = {token:?}\n[listener.page]\naddress = \"127.0.0.1:0\"\n"
    );
    let settings = Settings::new().file(file(&folder, &settings));
    let server = spawned(&settings.expect("settings"));
    for address in server.addresses() {
        assert_eq!(at(address, "/metrics").status, 401);
        let url = format!("http://{address}/metrics");
        let right = get_with(&url, "Authorization", "Bearer 0123456789abcdef");
        assert_eq!(right.status, 200);
    }
    server.stop().expect("a good end");
}

#[test]
fn a_server_without_a_page_has_none() {
    let settings = Settings::new()
        .set("address", "127.0.0.1:0")
        .and_then(|settings| settings.set("page", false))
        .expect("settings");
    let server = spawned(&settings);
    assert_eq!(at(&server.addresses()[0], "/metrics/live").status, 404);
    server.stop().expect("a good end");
}

#[test]
fn what_cannot_be_together_is_told_before_anything_listens() {
    let settings = Settings::new()
        .set("mode", "0600")
        .expect("each alone is right");
    let error = Server::from_settings(&settings).expect_err("nowhere to listen");
    assert!(matches!(error, Error::Settings(_)));
    let told = error.to_string();
    assert!(
        told.contains("settings.rs:") && told.contains("`mode` is of a listener"),
        "{told}"
    );
    assert!(told.contains("set `address` or `unix`"), "{told}");
}

/// The name of the test that is run again in a process of its own, with another environment.
const READER: &str = "settings::the_environment_is_read_over_the_file";

#[test]
fn the_environment_is_read_over_the_file() {
    if let Some(file) = env::var_os("SETTINGS_OF_THE_TEST") {
        let settings = Settings::new().file(file).and_then(Settings::env);
        match settings {
            Ok(settings) => println!("{settings:?}"),
            Err(error) => println!("{error}"),
        }
        return;
    }
    let folder = Folder::new("settings");
    let file = file(&folder, "address = \"127.0.0.1:0\"\nserves = \"page\"\n");
    let read = |name: &str, value: &str| {
        let mut again = Command::new(env::current_exe().expect("this test"));
        again.args([READER, "--exact", "--nocapture"]);
        again.env("SETTINGS_OF_THE_TEST", &file).env(name, value);
        let output = again.output().expect("it runs");
        String::from_utf8(output.stdout).expect("text")
    };
    let told = read("METRICS_SERVER__SERVES", "scrape");
    let file = file.display();
    let expected = format!("{{address: {file}:1:1, serves: METRICS_SERVER__SERVES}}");
    assert!(told.contains(&expected), "{told}");
    let told = read("METRICS_SERVER__SERVE", "hunter2");
    assert!(
        told.contains("METRICS_SERVER__SERVE: `serve` is no setting; did you mean `serves`?"),
        "{told}"
    );
    assert!(!told.contains("hunter2"), "{told}");
}
