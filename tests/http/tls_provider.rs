//! Cryptography that the process has chosen is what the server uses: there are processes that may have no other.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process;
use std::sync::Arc;

use metrics_server::{Listener, Server, Tls};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{CipherSuite, ClientConfig, ClientConnection, RootCertStore};

use authority::Authority;

#[path = "tls/authority.rs"]
#[expect(dead_code, reason = "clients are asked for no certificate here")]
mod authority;

/// What a server and a client who can do everything agree on.
fn agreed_on(server: SocketAddr, trusts: &Authority) -> io::Result<CipherSuite> {
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(trusts.pem().as_bytes()).expect("a certificate");
    roots.add(root).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let mut connection = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut tcp = TcpStream::connect(server)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut tcp)?;
    }
    let suite = connection.negotiated_cipher_suite();
    Ok(suite.expect("a handshake that is done").suite())
}

#[test]
fn what_the_process_has_installed_is_used_and_nothing_is_installed_for_it() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("provider-{}", process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let authority = Authority::new("test");
    authority.server().write(&folder, "server");
    let serve = || {
        let tls = Tls::files(folder.join("server.pem"), folder.join("server.key"));
        let server = Server::bind(Listener::tcp("127.0.0.1:0").tls(tls)).expect("a listener");
        server.spawn().expect("a server")
    };

    let server = serve();
    let usual = agreed_on(server.address(), &authority).expect("a handshake");
    server.stop().expect("a server that ran well");
    assert_ne!(usual, CipherSuite::TLS13_CHACHA20_POLY1305_SHA256);

    let mut provider = ring::default_provider();
    let suites = &mut provider.cipher_suites;
    suites.retain(|of| format!("{:?}", of.suite()).contains("CHACHA20"));
    provider
        .install_default()
        .expect("a process that had chosen nothing");
    let server = serve();
    let chosen = agreed_on(server.address(), &authority).expect("a handshake");
    server.stop().expect("a server that ran well");
    assert_eq!(chosen, CipherSuite::TLS13_CHACHA20_POLY1305_SHA256);
    fs::remove_dir_all(&folder).expect("the folder");
}
