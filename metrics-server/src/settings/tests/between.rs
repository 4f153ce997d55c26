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
