//! TLS of a listener, with the feature `tls`: [`Tls`] as it is written, `config` makes of its `files` what rustls takes,
//! `current` is that as of now, and `door` is what a connection passes, with `places`, `refused` and `told` of its own.

mod config;
mod current;
mod door;
mod files;
mod places;
mod refused;
mod told;

use std::path::PathBuf;
use std::time::Duration;

pub(crate) use door::{Door, Ready};

/// By which certificate a [`Listener`](crate::Listener) is served, and which ones it asks for.
///
/// The files are PEM. They are looked at every 10 seconds, and what has changed holds for the connections that come then:
/// a certificate may be renewed, and one of a client be revoked, without a restart. If what is there does not fit
/// together, as while files are replaced one after the other, what was there before stays, and a warning says so.
/// Connections that are open stay open.
///
/// A mistake is told when the server binds, with the file: [`Error::Listener`](crate::Error::Listener).
///
/// ```no_run
/// use metrics_server::{Listener, Server, Tls};
///
/// // Prometheus shows a certificate of this CA, in its `tls_config`
/// let tls = Tls::files("/etc/app/tls.crt", "/etc/app/tls.key").client_ca("/etc/app/clients.crt");
/// let server = Server::bind(Listener::tcp("0.0.0.0:9443").tls(tls))?.spawn()?;
/// # server.stop()?;
/// # Ok::<(), metrics_server::Error>(())
/// ```
///
/// The cryptography is that of the process, if it has chosen one (`rustls::crypto::CryptoProvider::install_default`), and
/// ring's else. TLS older than 1.2 is not there.
#[derive(Clone, Debug)]
#[must_use = "it is given to `Listener::tls`"]
pub struct Tls {
    cert: PathBuf,
    key: PathBuf,
    client_ca: Option<PathBuf>,
    client_crl: Option<PathBuf>,
    client_auth: Option<ClientAuth>,
    client_names: Option<Vec<String>>,
    min_version: TlsVersion,
    hsts_max_age: Option<Duration>,
}

/// Whether clients must show a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientAuth {
    /// Who shows none is refused.
    #[default]
    Required,
    /// Who shows none is let in, as far as the other rules of the listener do; a wrong one is refused.
    Optional,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TlsVersion {
    /// TLS 1.2.
    #[default]
    Tls12,
    /// TLS 1.3.
    Tls13,
}

impl Tls {
    /// Serves by the certificate in `cert`, followed there by those that lead to a root, whose key is in `key` (PKCS#8,
    /// PKCS#1 or SEC1, without a password).
    pub fn files(cert: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        Self {
            cert: cert.into(),
            key: key.into(),
            client_ca: None,
            client_crl: None,
            client_auth: None,
            client_names: None,
            min_version: TlsVersion::default(),
            hsts_max_age: None,
        }
    }

    /// Asks clients for a certificate that one in this file has issued. Without it they are asked for none.
    pub fn client_ca(mut self, path: impl Into<PathBuf>) -> Self {
        self.client_ca = Some(path.into());
        self
    }

    /// Refuses certificates of clients that are revoked by a list in this file. It must have a list of every issuer: whether
    /// others are revoked is not known, so they are refused. A list that is out of date still holds.
    pub fn client_crl(mut self, path: impl Into<PathBuf>) -> Self {
        self.client_crl = Some(path.into());
        self
    }

    /// Whether a client must show a certificate: [`ClientAuth::Required`] if nothing else is said.
    pub fn client_auth(mut self, auth: ClientAuth) -> Self {
        self.client_auth = Some(auth);
        self
    }

    /// Serves, of those who show a certificate, only these: by a DNS name or URI among the certificate's alternative names.
    /// Another is answered with 403.
    pub fn client_names<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.client_names = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// The oldest version that is spoken: [`TlsVersion::Tls12`] if nothing else is said.
    pub fn min_version(mut self, version: TlsVersion) -> Self {
        self.min_version = version;
        self
    }

    /// Has browsers ask this host by https alone for so long (`Strict-Transport-Security`): all ports of it, so that it is
    /// said only if it is wished.
    pub fn hsts_max_age(mut self, age: Duration) -> Self {
        self.hsts_max_age = Some(age);
        self
    }

    /// Whether clients are asked for a certificate.
    pub(crate) fn asks_for_certificates(&self) -> bool {
        self.asks().is_some()
    }

    /// Whether a client must show a certificate, if it can be asked for one.
    fn asks(&self) -> Option<ClientAuth> {
        self.client_ca.as_ref()?;
        Some(self.client_auth.unwrap_or_default())
    }

    /// The settings that say nothing without another one.
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let of_clients = [
            ("client_crl", self.client_crl.is_some()),
            ("client_auth", self.client_auth.is_some()),
            ("client_names", self.client_names.is_some()),
        ];
        for (name, is_there) in of_clients {
            if is_there && self.client_ca.is_none() {
                problems.push(format!(
                    "`{name}` needs `client_ca`, without which no client is asked for a certificate"
                ));
            }
        }
        if self.client_names.as_ref().is_some_and(Vec::is_empty) {
            problems.push("`client_names` is empty, so that nobody could read".to_owned());
        }
        problems
    }
}
