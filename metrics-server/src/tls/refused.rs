//! Why a handshake came to nothing: how it is counted, and in which words whoever runs the server is told.

use std::io;

use tokio_rustls::rustls::{
    AlertDescription, CertificateError, Error as RustlsError, InvalidMessage, PeerIncompatible,
};

use crate::own::HandshakeEnd;

/// A handshake that came to nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) end: HandshakeEnd,
    /// What the peer did, to follow its address; nothing where it is everyday life.
    pub(super) sentence: Option<String>,
}

impl Refused {
    fn told(end: HandshakeEnd, sentence: impl Into<String>) -> Self {
        let sentence = Some(sentence.into());
        Self { end, sentence }
    }

    fn silent(end: HandshakeEnd) -> Self {
        let sentence = None;
        Self { end, sentence }
    }

    pub(super) fn plain_http() -> Self {
        Self::told(
            HandshakeEnd::NoTls,
            "speaks plain HTTP; this port speaks TLS: use https://",
        )
    }

    pub(super) fn no_tls() -> Self {
        Self::told(HandshakeEnd::NoTls, "does not speak TLS")
    }

    /// It connected and left, as load balancers do to see whether somebody is there.
    pub(super) fn gone() -> Self {
        Self::silent(HandshakeEnd::Gone)
    }

    /// Its time is over; who said nothing at all may just look whether somebody is there.
    pub(super) fn too_slow(has_spoken: bool) -> Self {
        Self::of_unfinished(
            HandshakeEnd::Timeout,
            "did not finish its handshake in time",
            has_spoken,
        )
    }

    /// It gave its place to one that came later.
    pub(super) fn displaced(has_spoken: bool) -> Self {
        Self::of_unfinished(
            HandshakeEnd::Displaced,
            "left its handshake unfinished while others came, and made room for them",
            has_spoken,
        )
    }

    fn of_unfinished(end: HandshakeEnd, sentence: &str, has_spoken: bool) -> Self {
        if has_spoken {
            Self::told(end, sentence)
        } else {
            Self::silent(end)
        }
    }

    pub(super) fn stranger() -> Self {
        Self::silent(HandshakeEnd::Network)
    }

    pub(super) fn by(error: &io::Error) -> Self {
        let inner = error.get_ref();
        match inner.and_then(|inner| inner.downcast_ref::<RustlsError>()) {
            Some(error) => Self::by_rustls(error),
            // the connection was reset, or ended in the middle
            None => Self::gone(),
        }
    }

    fn by_rustls(error: &RustlsError) -> Self {
        match error {
            RustlsError::InvalidMessage(InvalidMessage::UnknownProtocolVersion)
            | RustlsError::PeerIncompatible(
                PeerIncompatible::Tls12NotOffered
                | PeerIncompatible::Tls12NotOfferedOrEnabled
                | PeerIncompatible::SupportedVersionsExtensionRequired
                // clients of 1.1 do not know it, and no client of 1.2 is without it; it is what rustls looks at first
                | PeerIncompatible::SignatureAlgorithmsExtensionRequired
                | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
            ) => Self::told(
                HandshakeEnd::OldTls,
                "offers only a TLS that is older than `min_version`",
            ),
            RustlsError::InvalidMessage(_) => Self::no_tls(),
            RustlsError::PeerIncompatible(what) => Self::told(
                HandshakeEnd::Failed,
                format!("has no way of TLS in common with this server: {what:?}"),
            ),
            RustlsError::NoCertificatesPresented => Self::told(
                HandshakeEnd::NoCertificate,
                "shows no client certificate, which `client_ca` asks for",
            ),
            RustlsError::InvalidCertificate(error) => Self::told(
                HandshakeEnd::BadCertificate,
                format!("shows a client certificate that {}", certificate(error)),
            ),
            RustlsError::AlertReceived(alert) => Self::told(
                HandshakeEnd::Rejected,
                format!(
                    "does not accept what this server shows: {}",
                    rejection(*alert)
                ),
            ),
            RustlsError::NoApplicationProtocol => Self::told(
                HandshakeEnd::Failed,
                "offers no HTTP/1.1, and nothing else is spoken here",
            ),
            other => Self::told(
                HandshakeEnd::Failed,
                format!("fails in its handshake: {other}"),
            ),
        }
    }
}

/// What is wrong with a certificate.
fn certificate(error: &CertificateError) -> &'static str {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "is not valid yet"
        }
        CertificateError::Revoked => "is revoked",
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "none of `client_ca` has issued"
        }
        CertificateError::UnknownRevocationStatus => {
            "has an issuer of whom `client_crl` has no list"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "is not for clients; it needs the extended key usage `clientAuth`"
        }
        _ => "cannot be verified",
    }
}

/// What a client says of the server's certificate.
fn rejection(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::UnknownCA => "it does not know who issued the certificate".to_owned(),
        AlertDescription::CertificateExpired => "the certificate has expired".to_owned(),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_a_refusal_is_that_of_its_cause() {
        let old = RustlsError::PeerIncompatible(PeerIncompatible::Tls12NotOfferedOrEnabled);
        let revoked = RustlsError::InvalidCertificate(CertificateError::Revoked);
        let other_ca = RustlsError::AlertReceived(AlertDescription::UnknownCA);
        for (error, end, word) in [
            (old, HandshakeEnd::OldTls, "older than `min_version`"),
            (revoked, HandshakeEnd::BadCertificate, "is revoked"),
            (
                RustlsError::NoCertificatesPresented,
                HandshakeEnd::NoCertificate,
                "shows no client certificate",
            ),
            (other_ca, HandshakeEnd::Rejected, "does not know who issued"),
        ] {
            let refused = Refused::by(&io::Error::new(io::ErrorKind::InvalidData, error));
            assert_eq!(refused.end, end);
            let sentence = refused.sentence.expect("a sentence");
            assert!(sentence.contains(word), "{sentence}");
        }
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        assert_eq!(Refused::by(&reset), Refused::gone());
    }
}
