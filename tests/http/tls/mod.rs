//! Listeners that speak TLS, under clients that may come in and others: here is what each test begins with.

mod authority;
mod certificates;
mod client;
mod credentials;
mod handshake;
mod mistakes;
mod reload;
mod settings;
mod stalled;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use metrics_core::{Registry, ValueSnapshot};
use metrics_server::{Error, Exporter, Listener, Server, ServerHandle, Tls};

use authority::{Authority, Issued};
use client::{BOTH, Client};

use crate::folder::Folder;

/// An authority, and the files of a server that it has issued a certificate.
struct Scene {
    folder: Folder,
    authority: Authority,
    server: Issued,
}

impl Scene {
    fn new() -> Self {
        crate::logged::keep();
        let (folder, authority) = (Folder::new("tls"), Authority::new("test"));
        let server = authority.server();
        server.write(folder.path(), "server");
        write(&folder.path().join("ca.pem"), &authority.pem());
        Self {
            folder,
            authority,
            server,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        write(&self.path(name), text);
    }

    fn tls(&self) -> Tls {
        Tls::files(self.path("server.pem"), self.path("server.key"))
    }

    /// That asks clients for a certificate.
    fn mutual_tls(&self) -> Tls {
        self.tls().client_ca(self.path("ca.pem"))
    }

    fn client(&self) -> Client {
        Client::new(&self.authority, None, BOTH)
    }

    fn client_with(&self, shown: &Issued) -> Client {
        Client::new(&self.authority, Some(shown), BOTH)
    }
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("a file");
}

/// A server that stops with its test.
struct Served(Option<ServerHandle>);

impl Served {
    fn start(tls: Tls) -> Self {
        Self::listening(Listener::tcp("127.0.0.1:0").tls(tls))
    }

    fn listening(listener: Listener) -> Self {
        let server = Server::bind(listener).expect("a listener");
        Self::of(server, &Registry::new())
    }

    fn of(server: Server, registry: &Registry) -> Self {
        let exporter = Exporter::builder().registry(registry).build();
        let server = server.exporter(exporter.expect("an exporter"));
        Self(Some(server.spawn().expect("a server")))
    }

    fn handle(&self) -> &ServerHandle {
        self.0.as_ref().expect("a server that runs")
    }

    fn address(&self) -> SocketAddr {
        self.handle().address()
    }

    fn reload(&self) -> Result<(), Error> {
        self.handle().reload()
    }

    /// What was said of connections to it.
    fn warnings(&self) -> Vec<String> {
        crate::logged::warnings(&format!("TLS at {}: ", self.address()))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take() {
            // a test that fails already is not helped by a second panic
            let _ = handle.stop();
        }
    }
}

/// How many handshakes of this process ended so.
fn handshakes(end: &str) -> f64 {
    let snapshot = Registry::global().snapshot();
    let mut families = snapshot.families.iter();
    let family = families.find(|family| family.name == "metrics_tls_handshakes_total");
    let series = family.into_iter().flat_map(|family| &family.series);
    let mut of_end = series.filter(|series| series.labels.iter().any(|(_, value)| value == end));
    of_end.next().map_or(0.0, |series| match &series.value {
        ValueSnapshot::Number(number) => number.as_f64(),
        other => panic!("{other:?} is no counter"),
    })
}
