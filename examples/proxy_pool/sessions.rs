//! Visitors: they come in crowds, wait for a session, and make some hits in it, or only one.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use actix_web::rt;
use metrics_core::{GaugeGuard, StreamEvent};
use metrics_examples::Load;
use tokio::sync::Semaphore;

use crate::events::SessionStatus;
use crate::hit::hit;
use crate::metrics::{ProxyPool, SessionEnds};
use crate::proxies::Proxies;

/// Sessions at once; more visitors wait.
const SESSIONS: usize = 8;
/// Visitors at once; nobody comes while there are so many.
const VISITORS: u32 = 40;
const CROWD: usize = 16;
const PAGES: [&str; 5] = ["home", "list", "search", "article", "contact"];

/// One crowd after the other; ends when the load is over, and the last visitor has left.
pub(crate) async fn visit(proxies: Proxies, origin: SocketAddr, load: Load) {
    let (sessions, room) = (Semaphore::new(SESSIONS), Semaphore::new(VISITORS as usize));
    let (sessions, room) = (Arc::new(sessions), Arc::new(room));
    while load.goes_on() {
        for _ in 0..fastrand::usize(1..CROWD) {
            let Ok(place) = Arc::clone(&room).acquire_owned().await else {
                return;
            };
            let (sessions, proxies) = (Arc::clone(&sessions), proxies.clone());
            rt::spawn(async move {
                let _place = place;
                let waiting = ProxyPool::global().queue_size.inc_guard();
                let Ok(_turn) = sessions.acquire().await else {
                    return;
                };
                drop(waiting);
                browse(&proxies, origin, load).await;
            });
        }
        pause(3000).await;
    }
    let _everybody = room.acquire_many(VISITORS).await;
}

/// A session from its first hit to its last.
async fn browse(proxies: &Proxies, origin: SocketAddr, load: Load) {
    let mut session = Session::begin();
    // some have seen enough at once
    let hits = if fastrand::u8(..3) == 0 {
        1
    } else {
        fastrand::u32(2..8)
    };
    while session.hits < hits && (session.hits == 0 || load.goes_on()) {
        let page = fastrand::choice(PAGES).unwrap_or("home");
        match proxies.choose() {
            Some(proxy) => {
                hit(proxies, proxy, &format!("http://{origin}/{page}")).await;
                session.hits += 1;
            }
            // until one is back
            None => pause(500).await,
        }
        pause(150).await;
    }
}

/// A session that is open. Dropped, it has ended, however that came.
struct Session {
    id: u64,
    hits: u32,
    _active: GaugeGuard<'static>,
}

impl Session {
    fn begin() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let session = Self {
            id: NEXT.fetch_add(1, Relaxed),
            hits: 0,
            _active: ProxyPool::global().active_sessions.inc_guard(),
        };
        session.tell(true);
        session
    }

    fn tell(&self, active: bool) {
        SessionStatus {
            id: self.id,
            active,
            hits: self.hits,
        }
        .emit();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let ends = SessionEnds::global();
        if self.hits > 1 {
            ends.stayed.inc();
        } else {
            ends.bounced.inc();
        }
        self.tell(false);
    }
}

async fn pause(most_millis: u64) {
    rt::time::sleep(Duration::from_millis(fastrand::u64(..most_millis))).await;
}
