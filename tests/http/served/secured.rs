//! A server of TLS that asks its clients for a certificate, for clients that are not ours. It writes `ca.pem`, `client.pem`
//! and `client.key` into the folder that it is given, prints its address, and ends when its input does.

use std::env;
use std::error::Error;
use std::fs;
use std::io;
use std::path::PathBuf;

use metrics_core::{Counter, MetricSet};
use metrics_server::{Listener, Server, Tls};

use authority::Authority;

#[path = "../tls/authority.rs"]
#[expect(dead_code, reason = "nobody is revoked here")]
mod authority;

/// What is told to who may read it.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "vault")]
struct Vault {
    /// Doors opened.
    doors: Counter,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args_os().nth(1).ok_or("usage: secured FOLDER")?);
    let authority = Authority::new("vault");
    fs::write(folder.join("ca.pem"), authority.pem())?;
    authority.server().write(&folder, "server");
    authority
        .client("prometheus.example")
        .write(&folder, "client");

    let tls = Tls::files(folder.join("server.pem"), folder.join("server.key"))
        .client_ca(folder.join("ca.pem"))
        .client_names(["prometheus.example"]);
    let server = Server::bind(Listener::tcp("127.0.0.1:0").tls(tls))?.spawn()?;
    Vault::global().doors.inc_by(3);
    println!("https://{}/metrics", server.address());
    io::copy(&mut io::stdin(), &mut io::sink())?;
    server.stop()?;
    Ok(())
}
