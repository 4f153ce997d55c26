//! Files that change while the server runs: what is new holds for who connects then, what is broken changes nothing.

use std::fs;
use std::io::Read;

use metrics_server::{Error, Tls};

use super::authority::Authority;
use super::client::{BOTH, Client, NEWER, OLDER, ask, certificate, shown};
use super::{Scene, Served};
use crate::client::wait_for;

/// Reads an answer whose connection stays open.
fn answer(connection: &mut super::client::Connection) -> String {
    ask(connection, "/health", "keep-alive").expect("a connection that is open");
    let mut answer = String::new();
    while !answer.contains(r#"{"status":"ok"}"#) {
        let mut some = [0; 1024];
        let len = connection
            .read(&mut some)
            .expect("a connection that is open");
        assert!(len > 0, "it was closed after {answer}");
        answer.push_str(&String::from_utf8_lossy(&some[..len]));
    }
    answer
}

#[test]
fn a_renewed_certificate_is_shown_to_who_comes_then_and_connections_go_on() {
    let scene = Scene::new();
    let served = Served::start(scene.tls());
    let client = scene.client();
    let mut open = client.connect(served.address()).expect("a connection");
    assert!(shown(&open) == certificate(&scene.server.cert));

    let renewed = scene.authority.server();
    renewed.write(scene.folder.path(), "server");
    served.reload().expect("files that belong together");
    let new = client.connect(served.address()).expect("a connection");
    assert!(shown(&new) == certificate(&renewed.cert));
    answer(&mut open);
}

#[test]
fn without_being_asked_the_files_are_looked_at_again() {
    let scene = Scene::new();
    let served = Served::start(scene.tls());
    let renewed = scene.authority.server();
    renewed.write(scene.folder.path(), "server");
    let client = scene.client();
    wait_for("the new certificate", || {
        let connection = client.connect(served.address()).expect("a connection");
        (shown(&connection) == certificate(&renewed.cert)).then_some(())
    });
}

#[test]
fn while_files_do_not_belong_together_what_was_there_before_stays_and_is_told_once() {
    let scene = Scene::new();
    let served = Served::start(scene.tls());
    let client = scene.client();
    let is_shown = |cert: &str| {
        let connection = client.connect(served.address()).expect("a handshake");
        assert!(shown(&connection) == certificate(cert));
    };
    let renewed = scene.authority.server();
    let not_used = |words: &str| {
        for _ in 0..2 {
            let error = served.reload().expect_err("a mistake");
            assert!(matches!(error, Error::Reload(_)));
            let told = error.to_string();
            assert!(told.contains(words), "{told}");
            assert!(
                told.contains("what was there before stays in use"),
                "{told}"
            );
            is_shown(&scene.server.cert);
        }
        let folder = scene.folder.path().display().to_string();
        let told = crate::logged::warnings(&folder);
        let told: Vec<_> = told.iter().filter(|line| line.contains(words)).collect();
        assert_eq!(told.len(), 1, "{told:?}");
    };
    scene.write("server.pem", &renewed.cert);
    not_used("is not the key of the certificate");
    scene.write("server.pem", "-----BEGIN CERTIFICATE-----\nMII");
    not_used("is no whole PEM");
    fs::remove_file(scene.path("server.pem")).expect("a file");
    not_used("No such file");
    scene.write("server.pem", &renewed.cert);
    scene.write("server.key", &renewed.key);
    served.reload().expect("files that belong together");
    is_shown(&renewed.cert);
}

/// As Kubernetes replaces a Secret that is mounted: a link to a folder is renamed over another.
#[cfg(unix)]
#[test]
fn a_folder_that_is_replaced_behind_a_link_is_seen() {
    use std::os::unix::fs::symlink;

    let scene = Scene::new();
    let path = |name: &str| scene.path(name);
    let renewed = scene.authority.server();
    for (folder, issued) in [("first", &scene.server), ("second", &renewed)] {
        fs::create_dir(path(folder)).expect("a folder");
        issued.write(&path(folder), "tls");
    }
    symlink("first", path("..data")).expect("a link");
    let served = Served::start(Tls::files(path("..data/tls.pem"), path("..data/tls.key")));
    symlink("second", path("..new")).expect("a link");
    fs::rename(path("..new"), path("..data")).expect("a link that is replaced");
    served.reload().expect("files that belong together");
    let connection = scene
        .client()
        .connect(served.address())
        .expect("a connection");
    assert!(shown(&connection) == certificate(&renewed.cert));
}

#[test]
fn a_client_that_was_revoked_is_refused_from_then_on_whatever_session_it_has() {
    let scene = Scene::new();
    let of = &scene.authority;
    scene.write("crl.pem", &of.revoking(&[]));
    let served = Served::start(scene.mutual_tls().client_crl(scene.path("crl.pem")));
    let (leaver, stays) = (of.client("leaver.example"), of.client("stays.example"));
    // these keep the sessions that they were given
    let clients = [OLDER, NEWER].map(|versions| Client::new(of, Some(&leaver), versions));
    for client in &clients {
        for _ in 0..2 {
            assert!(client.get(served.address(), "/health").is_ok());
        }
    }
    scene.write("crl.pem", &of.revoking(&[&leaver]));
    served.reload().expect("a list");
    for client in &clients {
        client.refused(served.address());
    }
    assert!(
        scene
            .client_with(&stays)
            .get(served.address(), "/health")
            .is_ok()
    );
}

#[test]
fn an_authority_that_is_replaced_lets_in_its_own_and_nobody_of_the_other() {
    let scene = Scene::new();
    let served = Served::start(scene.mutual_tls());
    let next = Authority::new("next");
    let of_old = scene.client_with(&scene.authority.client("a.example"));
    let of_next = next.client("a.example");
    let of_next = Client::new(&scene.authority, Some(&of_next), BOTH);
    assert!(of_old.get(served.address(), "/health").is_ok());
    of_next.refused(served.address());
    scene.write("ca.pem", &next.pem());
    served.reload().expect("an authority");
    assert!(of_next.get(served.address(), "/health").is_ok());
    of_old.refused(served.address());
}
