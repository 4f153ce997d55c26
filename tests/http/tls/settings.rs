//! TLS that a file of settings asks for.

use metrics_core::Registry;
use metrics_server::{Address, Server, Settings};

use super::client::{Client, OLDER};
use super::{Scene, Served, write};

#[test]
fn a_file_of_settings_asks_for_certificates_at_every_listener_that_has_no_other() {
    let scene = Scene::new();
    let at = |name: &str| scene.folder.path().join(name);
    write(
        &at("metrics.toml"),
        &format!(
            "address = \"127.0.0.1:0\"\n\
             [tls]\ncert = {:?}\nkey = {:?}\nclient_ca = {:?}\nclient_auth = \"required\"\nmin_version = \"1.3\"\n\
             [listener.inherits]\naddress = \"127.0.0.1:0\"\n\
             [listener.optional]\naddress = \"127.0.0.1:0\"\n\
             tls = {{ cert = {:?}, key = {:?}, client_ca = {:?}, client_auth = \"optional\" }}\n",
            at("server.pem"),
            at("server.key"),
            at("ca.pem"),
            at("server.pem"),
            at("server.key"),
            at("ca.pem"),
        ),
    );
    let settings = Settings::new().file(at("metrics.toml")).expect("settings");
    let server = Server::from_settings(&settings).expect("listeners");
    let served = Served::of(server, &Registry::new());
    let address = |at: usize| match &served.handle().addresses()[at] {
        Address::Tcp(address) => *address,
        other => panic!("{other} is not of TCP"),
    };
    let known = scene.client_with(&scene.authority.client("prometheus.example"));
    let stranger = scene.client();
    for required in [0, 1] {
        let answer = known.get(address(required), "/metrics").expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(stranger.get(address(required), "/metrics").is_err());
    }
    let older = Client::new(&scene.authority, None, OLDER);
    assert!(older.connect(address(1)).is_err(), "TLS 1.2 is refused");
    for client in [stranger, older] {
        let answer = client.get(address(2), "/metrics").expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}
