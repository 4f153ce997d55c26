//! What is read of PEM files. An error names the setting and the file, and nothing of what is in it.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::path::Path;

use tokio_rustls::rustls::pki_types::pem::{Error as PemError, PemObject};
use tokio_rustls::rustls::pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer,
};

use super::Tls;

/// More than any list of revoked certificates has that is read here; a device that never ends is no file.
const MAX_LEN: u64 = 16 * 1024 * 1024;

/// The bytes of all files that a listener's TLS is made of, as they were at one time.
pub(super) struct Files {
    pub(super) cert: Pem,
    pub(super) key: Pem,
    pub(super) client_ca: Option<Pem>,
    pub(super) client_crl: Option<Pem>,
}

/// The bytes of one file.
pub(super) struct Pem {
    name: String,
    bytes: Vec<u8>,
}

impl Files {
    /// Reads what is named, and says of every file that cannot be read why.
    pub(super) fn read(tls: &Tls) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let mut read = |setting, path: Option<&Path>| match Pem::read(setting, path?) {
            Ok(pem) => Some(pem),
            Err(problem) => {
                problems.push(problem);
                None
            }
        };
        let cert = read("cert", Some(&tls.cert));
        let key = read("key", Some(&tls.key));
        let client_ca = read("client_ca", tls.client_ca.as_deref());
        let client_crl = read("client_crl", tls.client_crl.as_deref());
        match (cert, key) {
            (Some(cert), Some(key)) if problems.is_empty() => Ok(Self {
                cert,
                key,
                client_ca,
                client_crl,
            }),
            _ => Err(problems),
        }
    }

    /// What tells these contents from others, and nothing else of them: the key need not stay in memory twice.
    pub(super) fn fingerprint(&self, by: &RandomState) -> u64 {
        let of = |pem: &'_ Pem| by.hash_one(&pem.bytes);
        let of_clients = [&self.client_ca, &self.client_crl].map(|pem| pem.as_ref().map(of));
        by.hash_one((of(&self.cert), of(&self.key), of_clients))
    }
}

impl Pem {
    fn read(setting: &str, path: &Path) -> Result<Self, String> {
        let name = format!("`{setting}` {}", path.display());
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(MAX_LEN + 1).read_to_end(&mut bytes));
        match read {
            Err(error) => Err(format!("{name}: {error}")),
            Ok(len) if len as u64 > MAX_LEN => Err(format!(
                "{name} is longer than {} MiB, as no certificates are",
                MAX_LEN >> 20
            )),
            Ok(_) => Ok(Self { name, bytes }),
        }
    }

    /// The setting and the path, for a sentence.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, String> {
        self.all("certificate")
    }

    pub(super) fn revocation_lists(
        &self,
    ) -> Result<Vec<CertificateRevocationListDer<'static>>, String> {
        self.all("revocation list")
    }

    pub(super) fn key(&self) -> Result<PrivateKeyDer<'static>, String> {
        const ENCRYPTED: &[u8] = b"ENCRYPTED";
        PrivateKeyDer::from_pem_slice(&self.bytes).map_err(|error| {
            // PKCS#8 says it in the first line, PKCS#1 in a header
            let mut parts = self.bytes.windows(ENCRYPTED.len());
            if parts.any(|part| part == ENCRYPTED) {
                format!(
                    "{} is encrypted; give the key without a password, in a file that others cannot read",
                    self.name
                )
            } else {
                self.problem("private key", &error)
            }
        })
    }

    /// All of a kind; none at all is a mistake.
    fn all<T: PemObject>(&self, what: &str) -> Result<Vec<T>, String> {
        let all: Result<Vec<T>, _> = T::pem_slice_iter(&self.bytes).collect();
        match all {
            Ok(all) if all.is_empty() => Err(self.problem(what, &PemError::NoItemsFound)),
            Ok(all) => Ok(all),
            Err(error) => Err(self.problem(what, &error)),
        }
    }

    /// The words are ours: those of the error show what was read.
    fn problem(&self, what: &str, error: &PemError) -> String {
        match error {
            PemError::NoItemsFound => format!("{} has no {what} in PEM", self.name),
            _ => format!("{} is no whole PEM; it may be cut off", self.name),
        }
    }
}
