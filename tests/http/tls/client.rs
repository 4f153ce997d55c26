//! A client of TLS that blocks, whose handshake a test sees: which versions it offers, what it shows, and what it was told.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    AlertDescription, ClientConfig, ClientConnection, Error, RootCertStore, StreamOwned,
    SupportedProtocolVersion,
};

use super::authority::{Authority, Issued};
use crate::client::DEADLINE;

pub(crate) type Connection = StreamOwned<ClientConnection, TcpStream>;

pub(crate) const BOTH: &[&SupportedProtocolVersion] = &[&TLS13, &TLS12];
pub(crate) const OLDER: &[&SupportedProtocolVersion] = &[&TLS12];
pub(crate) const NEWER: &[&SupportedProtocolVersion] = &[&TLS13];

/// A client that trusts this authority, and shows a certificate if it has one. A clone has the same sessions.
#[derive(Clone)]
pub(crate) struct Client(Arc<ClientConfig>);

impl Client {
    pub(crate) fn new(
        trusts: &Authority,
        shows: Option<&Issued>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let mut roots = RootCertStore::empty();
        roots
            .add(certificate(&trusts.pem()))
            .expect("an authority's certificate");
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .expect("versions")
            .with_root_certificates(roots);
        let config = match shows {
            None => builder.with_no_client_auth(),
            Some(of) => {
                let key = PrivateKeyDer::from_pem_slice(of.key.as_bytes()).expect("a key");
                builder
                    .with_client_auth_cert(vec![certificate(&of.cert)], key)
                    .expect("a certificate with its key")
            }
        };
        Self(Arc::new(config))
    }

    /// Offers only this protocol.
    pub(crate) fn speaking(mut self, protocol: &str) -> Self {
        Arc::make_mut(&mut self.0).alpn_protocols = vec![protocol.into()];
        self
    }

    pub(crate) fn connect(&self, server: SocketAddr) -> io::Result<Connection> {
        self.over(TcpStream::connect(server)?)
    }

    /// The connection as soon as this end thinks that its handshake is done: of TLS 1.3 the server may still refuse it.
    pub(crate) fn over(&self, tcp: TcpStream) -> io::Result<Connection> {
        tcp.set_read_timeout(Some(DEADLINE))?;
        let name = ServerName::try_from("localhost").expect("a name");
        let connection = ClientConnection::new(Arc::clone(&self.0), name).expect("a client");
        let mut stream = StreamOwned::new(connection, tcp);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        Ok(stream)
    }

    /// A whole answer, head and all.
    pub(crate) fn get(&self, server: SocketAddr, path: &str) -> io::Result<String> {
        let mut connection = self.connect(server)?;
        // who is refused may find that he cannot write, and then reads why
        let sent = ask(&mut connection, path, "close");
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer)?;
        sent?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// What it is told where it is refused: in its handshake, or of TLS 1.3 at its first read.
    pub(crate) fn refused(&self, server: SocketAddr) -> AlertDescription {
        let error = self.get(server, "/metrics").expect_err("a refusal");
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
        match inner {
            Some(Error::AlertReceived(alert)) => *alert,
            _ => panic!("{error} is no alert"),
        }
    }
}

pub(crate) fn ask(connection: &mut Connection, path: &str, then: &str) -> io::Result<()> {
    write!(
        connection,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: {then}\r\n\r\n"
    )
}

/// The certificate that the server showed.
pub(crate) fn shown(connection: &Connection) -> CertificateDer<'static> {
    let chain = connection.conn.peer_certificates().expect("a certificate");
    chain[0].clone().into_owned()
}

pub(crate) fn certificate(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate")
}
