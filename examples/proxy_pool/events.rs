//! What happens, for who watches the stream: `metrics:hit`, `metrics:proxy_status` and `metrics:session`.

use metrics_core::StreamEvent;
use serde::Serialize;

use crate::proxies::Proxy;

/// A hit was made, or given up.
#[derive(Serialize, StreamEvent)]
#[event("hit")]
pub(crate) struct Hit {
    pub(crate) proxy: Proxy,
    /// None where no whole answer came.
    pub(crate) status: Option<u16>,
    pub(crate) ms: f64,
}

/// A proxy is in use from now on, or is not for a while.
#[derive(Serialize, StreamEvent)]
#[event("proxy_status")]
pub(crate) struct ProxyStatus {
    pub(crate) proxy: Proxy,
    pub(crate) active: bool,
    /// How many proxies are in use now.
    pub(crate) active_proxies: usize,
}

/// A session has begun, or has ended after so many hits.
#[derive(Serialize, StreamEvent)]
#[event("session")]
pub(crate) struct SessionStatus {
    pub(crate) id: u64,
    pub(crate) active: bool,
    pub(crate) hits: u32,
}
