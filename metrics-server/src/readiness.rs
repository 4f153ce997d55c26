//! Whether the application is ready, as it says itself. That is code of its own: it is asked on a thread of its own, one
//! at a time, and not waited for without end.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use actix_web::rt::time::timeout;
use tokio::sync::{Semaphore, oneshot};

/// Longer than orchestrators wait: Kubernetes gives up after a second if nothing else is said.
const WITHIN: Duration = Duration::from_secs(5);

/// Whether traffic should be sent here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readiness {
    Ready,
    Starting,
    Stopping,
    /// Whoever was asked panicked.
    Failed,
    /// Whoever was asked has not answered in time.
    Late,
}

/// Asks the application.
pub(crate) struct ReadyCheck {
    ready: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Of one: what hangs has one thread, however often it is asked for.
    turn: Arc<Semaphore>,
}

impl ReadyCheck {
    pub(crate) fn new(ready: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self {
            ready: Arc::new(ready),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    pub(crate) async fn ask(&self) -> Readiness {
        let asked = timeout(WITHIN, self.asked()).await;
        asked.unwrap_or(Readiness::Late)
    }

    async fn asked(&self) -> Readiness {
        let turn = Arc::clone(&self.turn).acquire_owned().await;
        let (tell, told) = oneshot::channel();
        let ready = Arc::clone(&self.ready);
        let thread = thread::Builder::new().name("metrics-ready".to_owned());
        // without a thread, as after a panic, nothing is told
        let _ = thread.spawn(move || {
            let _turn = turn;
            // whoever asked may have gone
            let _ = tell.send(ready());
        });
        match told.await {
            Ok(true) => Readiness::Ready,
            Ok(false) => Readiness::Starting,
            Err(_) => Readiness::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn what_hangs_is_asked_once_and_keeps_nobody() {
        static ASKED: AtomicU64 = AtomicU64::new(0);
        let (open, gate) = mpsc::channel::<()>();
        let gate = std::sync::Mutex::new(gate);
        let check = ReadyCheck::new(move || {
            ASKED.fetch_add(1, Relaxed);
            // until the other end is dropped
            gate.lock().is_ok_and(|gate| gate.recv().is_err())
        });
        actix_web::rt::System::new().block_on(async {
            let (first, second) = tokio::join!(check.ask(), check.ask());
            assert_eq!((first, second), (Readiness::Late, Readiness::Late));
            assert_eq!(ASKED.load(Relaxed), 1);
            drop(open);
            assert_eq!(check.ask().await, Readiness::Ready);
        });
    }
}
