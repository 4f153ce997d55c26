//! What keys say together: which cannot be, and what the further listeners take over.

use super::{file, told};
use crate::listen::{Listener, Serves};
use crate::settings::Settings;

fn listeners(text: &str) -> Result<Vec<String>, Vec<String>> {
    let (first, further) = file(text)?.listeners()?;
    let all = std::iter::once(first).chain(further);
    Ok(all.map(|listener| format!("{listener:?}")).collect())
}

#[test]
fn what_cannot_be_together_is_told_at_once() {
    assert_eq!(
        told(Settings::new().listeners()),
        "nothing says where to listen; set `address` or `unix`"
    );
    assert_eq!(
        told(listeners(
            "serves = \"page\"\n[listener.a]\nserves = \"all\"\n[listener.b]\nunix = \"/run/b\"\nnetworks = [\"::1\"]\n\
             [listener.c]\naddress = \"127.0.0.1:1\"\nmode = \"0600\"\n"
        )),
        "metrics.toml:1:1: `serves` is of a listener at the top, which has no `address` and no `unix`\n\
         metrics.toml:3:1: `listener.a` does not say where to listen; set its `address` or `unix`\n\
         metrics.toml:6:1: `listener.b.networks` says nothing of a Unix socket; its `mode` does\n\
         metrics.toml:9:1: `listener.c.mode` is of a Unix socket, and `address` is none"
    );
}

#[test]
fn a_listener_of_settings_is_that_of_the_builder() {
    let text = "address = \"127.0.0.1:1\"\nserves = \"scrape\"\nhosts = [\"a.example\"]\nnetworks = [\"10.0.0.0/8\"]\n\
                open_to_all = true\n[listener.socket]\nunix = \"/run/a\"\nmode = \"0600\"\nserves = \"page\"\n";
    let first = Listener::tcp("127.0.0.1:1")
        .serves(Serves::Scrape)
        .hosts(["a.example"])
        .networks(["10.0.0.0/8"])
        .open_to_all();
    let further = Listener::unix("/run/a")
        .mode(0o600)
        .serves(Serves::Page)
        .hosts(["a.example"]);
    assert_eq!(
        listeners(text).expect("listeners"),
        [format!("{first:?}"), format!("{further:?}")]
    );
}

#[test]
fn a_further_listener_is_protected_as_the_top_unless_it_says_otherwise() {
    let text = "networks = [\"10.0.0.0/8\"]\nhosts = [\"a.example\"]\n[listener.a]\naddress = \"127.0.0.1:1\"\n\
                [listener.b]\naddress = \"127.0.0.1:2\"\nnetworks = [\"::1\"]\nhosts = [\"b.example\"]\n";
    let [a, b] = [
        ("127.0.0.1:1", "10.0.0.0/8", "a.example"),
        ("127.0.0.1:2", "::1", "b.example"),
    ]
    .map(|(address, network, host)| Listener::tcp(address).networks([network]).hosts([host]));
    assert_eq!(
        listeners(text).expect("listeners"),
        [format!("{a:?}"), format!("{b:?}")]
    );
}

#[cfg(feature = "auth")]
#[test]
fn a_password_is_asked_by_all_listeners_but_those_that_are_meant_to_be_without() {
    use crate::Auth;

    let token = "0123456789abcdef";
    let other = "fedcba9876543210";
    let text = format!(
        "address = \"127.0.0.1:1\"\nauth.token = \"{token}\"\n[listener.a]\nunix = \"/run/a\"\n\
         [listener.b]\naddress = \"127.0.0.1:2\"\nwithout_auth = true\n\
         [listener.c]\naddress = \"127.0.0.1:3\"\nauth.token = \"{other}\"\nauth.protect_health = true\n"
    );
    let of_top = Auth::new().token(token);
    let of_c = Auth::new().token(other).protect_health();
    let expected = [
        Listener::tcp("127.0.0.1:1").auth(of_top.clone()),
        Listener::unix("/run/a").auth(of_top),
        Listener::tcp("127.0.0.1:2"),
        Listener::tcp("127.0.0.1:3").auth(of_c),
    ];
    assert_eq!(
        listeners(&text).expect("listeners"),
        expected.map(|listener| format!("{listener:?}"))
    );
}

#[cfg(feature = "auth")]
#[test]
fn what_should_protect_and_does_not_refuses_to_start() {
    let at = |text: &str| format!("address = \"127.0.0.1:1\"\n{text}");
    for (text, expected) in [
        (
            "[auth]\nprotect_health = true",
            "metrics.toml:3:1: `auth` cannot be used: `auth` names no user and no token, so that nobody could read",
        ),
        (
            "auth.token_file = \"/nowhere/token\"",
            "metrics.toml:2:6: `auth.token_file` is no file that can be read: No such file or directory (os error 2)",
        ),
        (
            "auth.basic.alice.hash_file = \"/\"",
            "metrics.toml:2:18: `auth.basic.alice.hash_file` is no file that can be read: it is no regular file",
        ),
        (
            "auth.token = \"0123456789abcdef\"\nauth.token_file = \"/nowhere/token\"",
            "metrics.toml:2:6: `auth.token` stands beside `token_file`, at metrics.toml:3:6; leave one out\n\
             metrics.toml:3:6: `auth.token_file` is no file that can be read: No such file or directory (os error 2)",
        ),
        (
            "auth.token = \"0123456789abcdef\"\n[listener.a]\naddress = \"127.0.0.1:2\"\nwithout_auth = true\n\
             auth.token = \"0123456789abcdef\"",
            "metrics.toml:5:1: `listener.a.without_auth` stands beside `auth`; leave one out",
        ),
    ] {
        assert_eq!(told(listeners(&at(text))), expected, "{text}");
    }
    let short = told(listeners(&at("auth.token = \"hunter2\"")));
    assert!(
        short.starts_with("metrics.toml:2:6: `auth` cannot be used: "),
        "{short}"
    );
    assert!(!short.contains("hunter2"), "{short}");
}

#[cfg(feature = "tls")]
#[test]
fn a_certificate_needs_its_key_and_rules_for_clients_need_who_signs_them() {
    let at = |text: &str| format!("address = \"127.0.0.1:1\"\n[tls]\n{text}");
    assert_eq!(
        told(listeners(&at("key = \"/nowhere/key\""))),
        "metrics.toml:3:1: `tls` needs both `cert` and `key`"
    );
    assert_eq!(
        told(listeners(&at(
            "cert = \"/nowhere/a\"\nkey = \"/nowhere/b\"\nclient_names = [\"a\"]"
        ))),
        "metrics.toml:5:1: `tls.client_names` says nothing without `client_ca`; write who signs the certificates of clients\n\
         metrics.toml:3:1: `tls.cert` is no file that can be read: No such file or directory (os error 2)\n\
         metrics.toml:4:1: `tls.key` is no file that can be read: No such file or directory (os error 2)"
    );
}

#[cfg(not(feature = "tls"))]
#[test]
fn a_key_of_a_feature_that_is_not_there_names_the_feature() {
    assert_eq!(
        told(file("[tls]\ncert = \"/a\"")),
        "metrics.toml:2:1: `tls.cert` needs the feature `tls` of metrics-server"
    );
}
