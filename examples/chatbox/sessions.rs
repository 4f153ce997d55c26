//! The sessions that are open, for administrators to see and to take over.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::web;
use metrics_core::GaugeGuard;

use crate::metrics::Chatbox;

#[derive(Default)]
pub(crate) struct Sessions {
    next: AtomicU64,
    /// Whether each that is open was taken over.
    open: Mutex<BTreeMap<u64, Arc<AtomicBool>>>,
}

impl Sessions {
    pub(crate) fn begin(this: &web::Data<Self>) -> ChatSession {
        Chatbox::global().sessions_created.inc();
        let id = this.next.fetch_add(1, Relaxed);
        let taken_over = Arc::default();
        this.open().insert(id, Arc::clone(&taken_over));
        ChatSession {
            id,
            taken_over,
            sessions: this.clone(),
            _active: Chatbox::global().active_sessions_total.inc_guard(),
        }
    }

    pub(crate) fn ids(&self) -> Vec<u64> {
        self.open().keys().copied().collect()
    }

    /// Returns whether there is such a session, and nobody had taken it over before.
    pub(crate) fn take_over(&self, id: u64) -> bool {
        let open = self.open();
        open.get(&id)
            .is_some_and(|taken_over| !taken_over.swap(true, Relaxed))
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<AtomicBool>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session that is open. Dropped, it has ended, however that came.
pub(crate) struct ChatSession {
    id: u64,
    taken_over: Arc<AtomicBool>,
    sessions: web::Data<Sessions>,
    _active: GaugeGuard<'static>,
}

impl ChatSession {
    /// Whether an administrator answers, and no longer a model.
    pub(crate) fn is_taken_over(&self) -> bool {
        self.taken_over.load(Relaxed)
    }
}

impl Drop for ChatSession {
    fn drop(&mut self) {
        self.sessions.open().remove(&self.id);
        Chatbox::global().sessions_ended.inc();
    }
}
