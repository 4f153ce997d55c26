//! From files to what rustls takes for a connection: everything is given by name, so that no choice of another crate in the
//! process changes it, but the provider that the process itself has installed.

use std::sync::Arc;

use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    Error as RustlsError, InconsistentKeys, RootCertStore, ServerConfig, SupportedProtocolVersion,
};

use super::files::{Files, Pem};
use super::{ClientAuth, Tls, TlsVersion};

/// What is made of these files, or all that is wrong with them.
pub(super) fn config(tls: &Tls, files: &Files) -> Result<Arc<ServerConfig>, Vec<String>> {
    let provider = provider();
    let mut problems = Vec::new();
    let certified = certified(files, &provider).map_err(|problem| problems.push(problem));
    let clients = verifier(tls, files, &provider).map_err(|problem| problems.push(problem));
    let (Ok(certified), Ok(clients)) = (certified, clients) else {
        return Err(problems);
    };
    let builder = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&versions(tls.min_version))
        .map_err(|error| {
            vec![format!(
                "the process' cryptography cannot do `min_version`: {error}"
            )]
        })?;
    let asks = clients.is_some();
    let builder = match clients {
        Some(clients) => builder.with_client_cert_verifier(clients),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    if asks {
        // in a session that is resumed a client's certificate is not looked at: it may have expired since, or been revoked
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
    }
    Ok(Arc::new(config))
}

/// What the process has chosen, which may be what its rules demand; it is not ours to choose for others.
fn provider() -> Arc<CryptoProvider> {
    let of_process = CryptoProvider::get_default().cloned();
    of_process.unwrap_or_else(|| Arc::new(ring::default_provider()))
}

fn versions(min: TlsVersion) -> Vec<&'static SupportedProtocolVersion> {
    match min {
        TlsVersion::Tls12 => vec![&TLS13, &TLS12],
        TlsVersion::Tls13 => vec![&TLS13],
    }
}

fn certified(files: &Files, provider: &CryptoProvider) -> Result<CertifiedKey, String> {
    let (cert, key) = (files.cert.name(), files.key.name());
    let chain = files.cert.certificates()?;
    CertifiedKey::from_der(chain, files.key.key()?, provider).map_err(|error| match error {
        RustlsError::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            format!("{key} is not the key of the certificate in {cert}")
        }
        RustlsError::InvalidCertificate(_) => format!("{cert} has no certificate that can be read"),
        _ => format!("{key} is of a kind that the process' cryptography cannot use"),
    })
}

/// What judges the certificates of clients, if they are asked for one.
fn verifier(
    tls: &Tls,
    files: &Files,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<dyn ClientCertVerifier>>, String> {
    let (Some(ca), Some(asks)) = (&files.client_ca, tls.asks()) else {
        return Ok(None);
    };
    let roots = Arc::new(roots(ca)?);
    let mut builder = WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(provider));
    if let Some(crl) = &files.client_crl {
        builder = builder.with_crls(crl.revocation_lists()?);
    }
    if asks == ClientAuth::Optional {
        builder = builder.allow_unauthenticated();
    }
    // the roots are there, so it is a list
    let crl = files.client_crl.as_ref().map_or("`client_crl`", Pem::name);
    let built = builder.build();
    built
        .map(Some)
        .map_err(|_| format!("{crl} has a revocation list that cannot be read"))
}

fn roots(ca: &Pem) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for (index, certificate) in ca.certificates()?.into_iter().enumerate() {
        roots.add(certificate).map_err(|_| {
            format!(
                "{} has a certificate that cannot be read: the one at place {}",
                ca.name(),
                index + 1
            )
        })?;
    }
    Ok(roots)
}
