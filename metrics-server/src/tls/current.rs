//! What a handshake is made with as of now, replaced as a whole when the files have changed: no connection sees the
//! certificate of one time with the rules for clients of another.

use std::fmt;
use std::hash::RandomState;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio_rustls::rustls::ServerConfig;

use super::Tls;
use super::config::config;
use super::files::Files;
use crate::log;
use crate::watch::Watched;

/// The current state of a listener's TLS.
pub(super) struct Current {
    tls: Tls,
    config: RwLock<Arc<ServerConfig>>,
    hasher: RandomState,
    /// Of the files that `config` was made of. It is held while they are read: two readers would overtake each other.
    made_of: Mutex<u64>,
}

impl Current {
    /// Reads the files for the first time, and says all that is wrong.
    pub(super) fn read(tls: Tls) -> Result<Self, Vec<String>> {
        let mut problems = tls.problems();
        let made = Files::read(&tls).and_then(|files| Ok((config(&tls, &files)?, files)));
        match made {
            Ok((config, files)) if problems.is_empty() => {
                let hasher = RandomState::new();
                Ok(Self {
                    made_of: Mutex::new(files.fingerprint(&hasher)),
                    config: RwLock::new(config),
                    hasher,
                    tls,
                })
            }
            Ok(_) => Err(problems),
            Err(of_files) => {
                problems.extend(of_files);
                Err(problems)
            }
        }
    }

    pub(super) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Watched for Current {
    fn reread(&self) -> Result<bool, String> {
        let told = |problems: Vec<String>| problems.join("; ");
        let mut made_of = self.made_of.lock().unwrap_or_else(PoisonError::into_inner);
        let files = Files::read(&self.tls).map_err(told)?;
        let found = files.fingerprint(&self.hasher);
        if found == *made_of {
            return Ok(false);
        }
        let config = config(&self.tls, &files).map_err(told)?;
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        *made_of = found;
        log::info(&format!(
            "{} and what belongs to it was read again",
            files.cert.name()
        ));
        Ok(true)
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tls.fmt(f)
    }
}
