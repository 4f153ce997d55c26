//! The numbers that the owners' page shows, beside all metrics in what the stream tells.

use serde::Serialize;

use crate::metrics::ProxyPool;

#[derive(Serialize)]
pub(crate) struct Summary {
    total_hits: u64,
    hit_rate_per_min: f64,
    success_rate: f64,
}

impl Summary {
    pub(crate) fn now() -> Self {
        let pool = ProxyPool::global();
        Self {
            total_hits: pool.hits.get(),
            hit_rate_per_min: pool.hit_rate_per_minute.get(),
            success_rate: pool.success_rate.get(),
        }
    }
}
