//! Unix sockets: their files, whom they let in, and what is served there.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use metrics_server::{Address, Error, Listener, Server, ServerHandle};

use crate::client::DEADLINE;
use crate::folder::Folder;
use crate::shop::{exporter, shop};

/// A server of a shop that listens here.
fn serve(listener: Listener) -> ServerHandle {
    let (registry, _shop) = shop();
    let server = Server::bind(listener).expect("a free path");
    let server = server.exporter(exporter(&registry));
    server.spawn().expect("a server")
}

fn get(path: &Path, of: &str) -> String {
    let mut connection = UnixStream::connect(path).expect("a server that listens");
    connection
        .set_read_timeout(Some(DEADLINE))
        .expect("a deadline");
    let request = format!("GET {of} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let asked = connection.write_all(request.as_bytes());
    asked.expect("a server that reads");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an end");
    answer
}

/// What is said of a path that cannot be listened on.
fn refusal(path: &Path) -> String {
    let error = Server::bind(Listener::unix(path)).expect_err("a path that is taken");
    assert!(matches!(error, Error::Bind { .. }), "{error:?}");
    let told = error.to_string();
    assert!(told.contains(&path.display().to_string()), "{told}");
    told
}

#[test]
fn the_same_is_served_at_a_path_which_only_user_and_group_may_connect_to() {
    let folder = Folder::new("unix");
    let path = folder.path().join("metrics.sock");
    let handle = serve(Listener::unix(&path));
    assert_eq!(handle.addresses(), [Address::Unix(path.clone())]);
    let mode = fs::metadata(&path).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
    assert!(get(&path, "/metrics").contains("\nshop_customers 2\n"));
    assert!(get(&path, "/health").starts_with("HTTP/1.1 200 "));
    handle.stop().expect("a server that ran well");
    assert!(!path.exists(), "its file is left");
}

#[test]
fn its_permissions_can_be_said() {
    let folder = Folder::new("unix");
    let path = folder.path().join("metrics.sock");
    let handle = serve(Listener::unix(&path).mode(0o600));
    let mode = fs::metadata(&path).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    handle.stop().expect("a server that ran well");
}

#[test]
fn a_socket_that_nobody_listens_on_is_replaced() {
    let folder = Folder::new("unix");
    let path = folder.path().join("metrics.sock");
    // its owner ended without a word
    drop(UnixListener::bind(&path).expect("a free path"));
    assert!(path.exists());
    let handle = serve(Listener::unix(&path));
    assert!(get(&path, "/health").starts_with("HTTP/1.1 200 "));
    handle.stop().expect("a server that ran well");
}

#[test]
fn what_is_somebody_elses_stays_as_it_is() {
    let folder = Folder::new("unix");
    let at = |name: &str| folder.path().join(name);
    let live = UnixListener::bind(at("live")).expect("a free path");
    assert!(refusal(&at("live")).contains("in use"));
    assert!(at("live").exists());
    let _client = UnixStream::connect(at("live")).expect("a socket that is still listened on");
    drop(live);

    fs::write(at("file"), "precious").expect("a file");
    assert!(refusal(&at("file")).contains("no socket"));
    assert_eq!(fs::read(at("file")).expect("a file"), b"precious");

    fs::create_dir(at("folder")).expect("a folder");
    assert!(refusal(&at("folder")).contains("no socket"));
    assert!(at("folder").is_dir());

    symlink(at("nowhere"), at("link")).expect("a link");
    assert!(refusal(&at("link")).contains("no socket"));
    assert!(at("link").is_symlink() && !at("nowhere").exists());

    // longer than the system has room for
    let long = at(&"x".repeat(108));
    refusal(&long);
    assert!(!long.exists());
}

#[test]
fn the_socket_of_a_successor_stays() {
    let folder = Folder::new("unix");
    let path = folder.path().join("metrics.sock");
    let handle = serve(Listener::unix(&path));
    fs::remove_file(&path).expect("the server's file");
    let _successor = UnixListener::bind(&path).expect("a free path");
    handle.stop().expect("a server that ran well");
    let there = fs::metadata(&path).expect("the successor's file");
    assert!(there.file_type().is_socket());
}

#[test]
fn a_path_has_no_networks() {
    let folder = Folder::new("unix");
    let path = folder.path().join("metrics.sock");
    let error = Server::bind(Listener::unix(&path).networks(["10.0.0.0/8"]));
    let told = error.expect_err("a path has no address").to_string();
    assert!(told.contains("`networks`"), "{told}");
    assert!(!path.exists(), "it listened all the same");
}
