//! The pool of proxies: which of them are in use, and when one has failed too often.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::rt;
use metrics_core::{GaugeGuard, Label, StreamEvent};
use serde::Serialize;

use crate::events::ProxyStatus;
use crate::metrics::ProxyPool;

/// The proxies that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Label, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Proxy {
    Near,
    Far,
    Slow,
    Flaky,
}

impl Proxy {
    pub(crate) const ALL: [Self; 4] = [Self::Near, Self::Far, Self::Slow, Self::Flaky];
}

/// After so many failures in a row a proxy is not used for a while.
const TOO_MANY: u32 = 3;
const REST: Duration = Duration::from_secs(2);

/// A client for each proxy, and how the proxies are. A clone is the same pool.
#[derive(Clone)]
pub(crate) struct Proxies {
    clients: [reqwest::Client; Proxy::ALL.len()],
    states: Arc<Mutex<States>>,
}

type States = [State; Proxy::ALL.len()];

#[derive(Default)]
struct State {
    failures_in_a_row: u32,
    /// Counts the proxy among the active ones, which it is while this is there.
    active: Option<GaugeGuard<'static>>,
}

impl Proxies {
    /// The proxies at these addresses, all in use.
    pub(crate) fn at(addresses: [SocketAddr; Proxy::ALL.len()]) -> reqwest::Result<Self> {
        let client = |address| {
            let proxy = reqwest::Proxy::http(format!("http://{address}"))?;
            reqwest::Client::builder().proxy(proxy).build()
        };
        let [near, far, slow, flaky] = addresses.map(client);
        let proxies = Self {
            clients: [near?, far?, slow?, flaky?],
            states: Arc::default(),
        };
        for proxy in Proxy::ALL {
            proxies.bring_up(proxy);
        }
        Ok(proxies)
    }

    /// One of those in use, if there is any.
    pub(crate) fn choose(&self) -> Option<Proxy> {
        let states = self.states();
        let active = Proxy::ALL
            .into_iter()
            .filter(|proxy| states[*proxy as usize].active.is_some());
        fastrand::choice(active.collect::<Vec<_>>())
    }

    /// What asks through this proxy.
    pub(crate) fn client(&self, proxy: Proxy) -> &reqwest::Client {
        &self.clients[proxy as usize]
    }

    /// Takes note of how a hit went; a proxy that fails again and again is given a rest.
    pub(crate) fn report(&self, proxy: Proxy, success: bool) {
        let mut states = self.states();
        let state = &mut states[proxy as usize];
        if success {
            state.failures_in_a_row = 0;
            return;
        }
        state.failures_in_a_row += 1;
        if state.failures_in_a_row < TOO_MANY || state.active.take().is_none() {
            return;
        }
        tell(&states, proxy);
        let proxies = self.clone();
        rt::spawn(async move {
            rt::time::sleep(REST).await;
            proxies.bring_up(proxy);
        });
    }

    fn bring_up(&self, proxy: Proxy) {
        let mut states = self.states();
        states[proxy as usize] = State {
            failures_in_a_row: 0,
            active: Some(ProxyPool::global().active_proxies.inc_guard()),
        };
        tell(&states, proxy);
    }

    fn states(&self) -> MutexGuard<'_, States> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells who watches how a proxy is now; under the lock, so that the last who tells is the last who changed something.
fn tell(states: &States, proxy: Proxy) {
    let active = |state: &State| state.active.is_some();
    ProxyStatus {
        proxy,
        active: active(&states[proxy as usize]),
        active_proxies: states.iter().filter(|state| active(state)).count(),
    }
    .emit();
}
