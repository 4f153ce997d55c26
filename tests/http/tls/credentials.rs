//! Certificates of clients beside passwords and tokens: both are asked, unless a certificate is said to be enough.

use metrics_server::{Auth, ClientAuth, Error, Listener, Server};

use super::{Scene, Served};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// The status of a scrape that brings a certificate, or none, and no token.
fn status(scene: &Scene, served: &Served, with_certificate: bool) -> String {
    let issued = scene.authority.client("prometheus.example");
    let client = match with_certificate {
        true => scene.client_with(&issued),
        false => scene.client(),
    };
    let answer = client.get(served.address(), "/metrics").expect("an answer");
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[test]
fn a_certificate_is_enough_where_that_is_said() {
    let scene = Scene::new();
    let optional = scene.mutual_tls().client_auth(ClientAuth::Optional);
    let auth = Auth::new().token(TOKEN);
    for (auth, with, without) in [
        (auth.clone(), "401", "401"),
        (auth.accept_client_certificates(), "200", "401"),
        // and nobody else is let in at all
        (Auth::new().accept_client_certificates(), "200", "401"),
    ] {
        let listener = Listener::tcp("127.0.0.1:0")
            .tls(optional.clone())
            .auth(auth);
        let served = Served::listening(listener);
        assert_eq!(status(&scene, &served, true), with);
        assert_eq!(status(&scene, &served, false), without);
    }
}

#[test]
fn a_certificate_that_is_asked_of_nobody_is_not_accepted() {
    let scene = Scene::new();
    let auth = Auth::new().accept_client_certificates();
    let plain = Listener::tcp("127.0.0.1:0");
    for listener in [plain.clone(), plain.tls(scene.tls())] {
        let error = Server::bind(listener.auth(auth.clone())).expect_err("nobody could read");
        let Error::Listener { problems, .. } = &error else {
            panic!("{error}");
        };
        assert!(
            problems[0].contains("needs `client_ca` of `tls`"),
            "{error}"
        );
    }
}
