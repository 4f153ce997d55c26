//! Certificates of clients: the right one comes in, every other one is refused with its own words, and keeps nobody out.

use metrics_server::ClientAuth;
use tokio_rustls::rustls::AlertDescription;

use super::authority::Authority;
use super::client::{BOTH, Client, NEWER, OLDER};
use super::{Scene, Served, handshakes};
use crate::client::wait_for;

/// The first line of an answer.
fn status(client: &Client, served: &Served) -> String {
    let answer = client.get(served.address(), "/metrics").expect("an answer");
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn every_wrong_certificate_is_refused_in_words_of_its_own_while_the_right_one_is_served() {
    let scene = Scene::new();
    let of = &scene.authority;
    let right = scene.client_with(&of.client("prometheus.example"));
    let revoked = of.client("revoked.example");
    let list = of.revoking(&[&revoked]);
    scene.write("crl.pem", &list);
    let foreign = Authority::new("foreign").client("prometheus.example");
    let (expired, of_server) = (of.expired_client(), of.server());
    let tls = scene.mutual_tls().client_crl(scene.path("crl.pem"));

    for (shown, alert, end, words) in [
        (
            None,
            AlertDescription::CertificateRequired,
            "no_certificate",
            "shows no client certificate, which `client_ca` asks for",
        ),
        (
            Some(&foreign),
            AlertDescription::UnknownCA,
            "bad_certificate",
            "that none of `client_ca` has issued",
        ),
        (
            Some(&expired),
            AlertDescription::CertificateExpired,
            "bad_certificate",
            "that has expired",
        ),
        (
            Some(&revoked),
            AlertDescription::CertificateRevoked,
            "bad_certificate",
            "that is revoked",
        ),
        (
            Some(&of_server),
            AlertDescription::UnsupportedCertificate,
            "bad_certificate",
            "that is not for clients; it needs the extended key usage `clientAuth`",
        ),
    ] {
        for versions in [OLDER, NEWER] {
            // one each, for a reason is told once a minute
            let served = Served::start(tls.clone());
            let before = handshakes(end);
            let wrong = Client::new(of, shown, versions);
            let told = wrong.refused(served.address());
            // TLS 1.2 has no word for a certificate that is missing
            let is_missing = alert == AlertDescription::CertificateRequired;
            if versions == OLDER && is_missing {
                assert!(
                    matches!(
                        told,
                        AlertDescription::HandshakeFailure | AlertDescription::CertificateRequired
                    ),
                    "{told:?}"
                );
            } else {
                assert_eq!(told, alert, "{words}");
            }
            let line = wait_for("a warning", || served.warnings().pop());
            assert!(line.contains(words), "{line}");
            assert!(handshakes(end) > before);
            assert_eq!(status(&right, &served), "HTTP/1.1 200 OK");
        }
    }
}

#[test]
fn a_certificate_whose_revocation_is_not_known_is_refused() {
    let scene = Scene::new();
    let other = Authority::new("other");
    scene.write("crl.pem", &other.revoking(&[]));
    let served = Served::start(scene.mutual_tls().client_crl(scene.path("crl.pem")));
    let client = scene.client_with(&scene.authority.client("a.example"));
    client.refused(served.address());
    let line = wait_for("a warning", || served.warnings().pop());
    assert!(
        line.contains("has an issuer of whom `client_crl` has no list"),
        "{line}"
    );
}

#[test]
fn where_a_certificate_is_optional_none_will_do_and_a_wrong_one_will_not() {
    let scene = Scene::new();
    let served = Served::start(scene.mutual_tls().client_auth(ClientAuth::Optional));
    assert_eq!(status(&scene.client(), &served), "HTTP/1.1 200 OK");
    let right = scene.client_with(&scene.authority.client("a.example"));
    assert_eq!(status(&right, &served), "HTTP/1.1 200 OK");
    let foreign = Authority::new("foreign").client("a.example");
    let wrong = Client::new(&scene.authority, Some(&foreign), BOTH);
    assert_eq!(wrong.refused(served.address()), AlertDescription::UnknownCA);
}

#[test]
fn of_those_with_a_right_certificate_only_the_named_ones_are_served() {
    let scene = Scene::new();
    let names = ["scraper.example", "prometheus.example"];
    let optional = scene.mutual_tls().client_auth(ClientAuth::Optional);
    let served = Served::start(scene.mutual_tls().client_names(names));
    let open = Served::start(optional.client_names(names));
    let of = &scene.authority;
    let named = scene.client_with(&of.client("prometheus.example"));
    let other = scene.client_with(&of.client("intern.example"));
    for served in [&served, &open] {
        assert_eq!(status(&named, served), "HTTP/1.1 200 OK");
        let answer = other.get(served.address(), "/metrics").expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
        assert!(
            answer.contains("none of the `client_names` that may read here"),
            "{answer}"
        );
    }
    assert_eq!(status(&scene.client(), &open), "HTTP/1.1 200 OK");
}
