//! What is wrong with the settings and the files is told when the server binds: each file by its name, and nothing that is in
//! one.

use metrics_server::{ClientAuth, Error, Listener, Server, Tls};

use super::Scene;

/// What is told of it, which is all that is wrong.
fn problems(listener: Listener) -> Vec<String> {
    match Server::bind(listener) {
        Err(Error::Listener { problems, .. }) => problems,
        Err(other) => panic!("{other} is another error"),
        Ok(_) => panic!("it binds"),
    }
}

fn of(tls: Tls) -> Vec<String> {
    problems(Listener::tcp("127.0.0.1:0").tls(tls))
}

#[test]
fn every_file_that_cannot_be_used_is_named_with_its_setting_and_what_is_wrong() {
    let scene = Scene::new();
    let path = |name: &str| scene.path(name);
    let other = scene.authority.client("other.example");
    other.write(scene.folder.path(), "other");
    let key = &scene.server.key;
    scene.write("cut.pem", &scene.server.cert[..200]);
    scene.write("cut.key", &key[..100]);
    scene.write(
        "encrypted.key",
        &key.replace("PRIVATE", "ENCRYPTED PRIVATE"),
    );
    scene.write("empty", "");
    let (cert, right_key) = (path("server.pem"), path("server.key"));

    for (tls, words) in [
        (
            Tls::files(path("nowhere"), &right_key),
            "`cert` {}nowhere: No such file",
        ),
        (
            Tls::files(&cert, path("nowhere")),
            "`key` {}nowhere: No such file",
        ),
        (
            Tls::files(&right_key, &right_key),
            "`cert` {}server.key has no certificate in PEM",
        ),
        (
            Tls::files(&cert, &cert),
            "`key` {}server.pem has no private key in PEM",
        ),
        (
            Tls::files(path("cut.pem"), &right_key),
            "`cert` {}cut.pem is no whole PEM",
        ),
        (
            Tls::files(&cert, path("cut.key")),
            "`key` {}cut.key is no whole PEM",
        ),
        (
            Tls::files(&cert, path("encrypted.key")),
            "`key` {}encrypted.key is encrypted; give",
        ),
        (
            Tls::files(&cert, path("other.key")),
            "`key` {}other.key is not the key of the certificate in `cert` {}server.pem",
        ),
        (
            scene.tls().client_ca(path("empty")),
            "`client_ca` {}empty has no certificate in PEM",
        ),
        (
            scene.mutual_tls().client_crl(path("ca.pem")),
            "`client_crl` {}ca.pem has no revocation list in PEM",
        ),
        (
            scene.tls().client_ca(path(".")),
            "`client_ca` {}.: Is a directory",
        ),
    ] {
        let folder = format!("{}/", scene.folder.path().display());
        let (told, words) = (of(tls), words.replace("{}", &folder));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains(&words), "{told:?} is not {words}");
        for secret in key.lines().filter(|line| !line.starts_with('-')) {
            assert!(!told[0].contains(secret), "{told:?}");
        }
    }
}

#[test]
fn a_setting_that_says_nothing_without_another_is_a_mistake_and_all_are_told_at_once() {
    let scene = Scene::new();
    let tls = scene.tls().client_auth(ClientAuth::Optional);
    let names: [&str; 0] = [];
    let told = of(tls.client_crl("/nowhere/crl").client_names(names));
    for words in [
        "`client_auth` needs `client_ca`",
        "`client_crl` needs `client_ca`",
        "`client_names` needs `client_ca`",
        "`client_names` is empty",
        "`client_crl` /nowhere/crl: No such file",
    ] {
        assert!(
            told.iter().any(|told| told.contains(words)),
            "{told:?}: {words}"
        );
    }
}

#[cfg(unix)]
#[test]
fn tls_is_none_of_a_unix_socket() {
    let scene = Scene::new();
    let told = problems(Listener::unix(scene.path("socket")).tls(scene.tls()));
    assert!(told[0].contains("`tls` is of TCP"), "{told:?}");
}
