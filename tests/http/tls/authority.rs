//! Certificates for one test, or one served program: an authority, and what it issues.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams,
    SerialNumber, date_time_ymd,
};

/// Issues certificates.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    issued: AtomicU64,
}

/// A certificate and its key, as PEM.
pub(crate) struct Issued {
    pub(crate) cert: String,
    pub(crate) key: String,
    serial: u64,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key");
        Self {
            issuer: CertifiedIssuer::self_signed(params, key).expect("a certificate"),
            issued: AtomicU64::new(0),
        }
    }

    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// For a server of this machine.
    pub(crate) fn server(&self) -> Issued {
        let mut params = of_names(&["localhost", "127.0.0.1", "127.0.0.2"]);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(params)
    }

    /// For a client of this name.
    pub(crate) fn client(&self, name: &str) -> Issued {
        self.issue(of_client(name))
    }

    /// For a client, of a time that is over.
    pub(crate) fn expired_client(&self) -> Issued {
        let mut params = of_client("late.example");
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
        self.issue(params)
    }

    /// A list of those that are revoked.
    pub(crate) fn revoking(&self, revoked: &[&Issued]) -> String {
        let revoked = revoked.iter().map(|issued| RevokedCertParams {
            serial_number: SerialNumber::from(issued.serial),
            revocation_time: date_time_ymd(2020, 1, 1),
            reason_code: None,
            invalidity_date: None,
        });
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(4000, 1, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: revoked.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = params.signed_by(&self.issuer).expect("a list");
        list.pem().expect("a list as PEM")
    }

    fn issue(&self, mut params: CertificateParams) -> Issued {
        let serial = self.issued.fetch_add(1, Relaxed) + 1;
        params.serial_number = Some(serial.into());
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("a key");
        let cert = params.signed_by(&key, &self.issuer).expect("a certificate");
        Issued {
            cert: cert.pem(),
            key: key.serialize_pem(),
            serial,
        }
    }
}

impl Issued {
    /// Writes `{name}.pem` and `{name}.key` into the folder.
    pub(crate) fn write(&self, folder: &Path, name: &str) {
        let write = |ending: &str, text: &str| {
            fs::write(folder.join(format!("{name}.{ending}")), text).expect("a file");
        };
        write("pem", &self.cert);
        write("key", &self.key);
    }
}

fn of_client(name: &str) -> CertificateParams {
    let mut params = of_names(&[name]);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}

fn of_names(names: &[&str]) -> CertificateParams {
    let names: Vec<_> = names.iter().copied().map(str::to_owned).collect();
    CertificateParams::new(names).expect("names")
}
