//! Files whose content matters while the server runs, looked at again from time to time: certificates are renewed, secrets
//! are changed. What a file is made into is its owner's; here is when, what is told of it, and what is counted.

use std::collections::HashSet;
use std::convert::Infallible;
use std::fmt;
use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::rt::task::spawn_blocking;
use actix_web::rt::time::sleep;

use crate::own::{ByOutcome, Outcome, Own};
use crate::{Error, log};

/// How often files are looked at. They are few and small, and their contents are compared: a change of a symbolic link, as
/// Kubernetes makes it, ends a watch of the system's, and moves no time of modification.
const PERIOD: Duration = Duration::from_secs(10);

/// What is made of files.
pub(crate) trait Watched: Send + Sync + fmt::Debug {
    /// Reads the files, and takes over what is in them if that is new: whether it was. What cannot be taken over is told
    /// by a sentence, and what was there before stays. This blocks.
    fn reread(&self) -> Result<bool, String>;
}

/// All that a server watches. A clone is the same.
#[derive(Clone, Debug)]
pub(crate) struct Watch(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    all: Vec<Arc<dyn Watched>>,
    /// What was told already, and is still so.
    told: Mutex<HashSet<String>>,
}

impl Watch {
    pub(crate) fn new(all: Vec<Arc<dyn Watched>>) -> Self {
        let told = Mutex::default();
        Self(Arc::new(Inner { all, told }))
    }

    /// Looks at everything now.
    pub(crate) fn look(&self) -> Result<(), Error> {
        let mut problems = Vec::new();
        for watched in &self.0.all {
            match watched.reread() {
                Ok(true) => count(Outcome::Changed),
                Ok(false) => {}
                Err(problem) => problems.push(problem),
            }
        }
        self.tell(&problems);
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Error::Reload(problems))
        }
    }

    /// Looks at everything, again and again.
    pub(crate) async fn go_on(self) -> Infallible {
        if self.0.all.is_empty() {
            return pending().await;
        }
        loop {
            sleep(PERIOD).await;
            let watch = self.clone();
            // what was wrong has been told; without a thread it is looked at the next time
            let _ = spawn_blocking(move || watch.look()).await;
        }
    }

    /// Says what is wrong, and was not when it was looked at before.
    fn tell(&self, problems: &[String]) {
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|problem| problems.contains(problem));
        for problem in problems {
            if told.insert(problem.clone()) {
                count(Outcome::Failed);
                log::warn(&format!("{problem}; what was there before stays in use"));
            }
        }
    }
}

fn count(outcome: Outcome) {
    Own::global().reloads.with(ByOutcome { outcome }).inc();
}
