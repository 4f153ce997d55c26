//! A hit: one page, asked for through one proxy.

use std::time::{Duration, Instant};

use actix_web::rt;
use metrics_core::{StreamEvent, timed};
use reqwest::StatusCode;

use crate::events::Hit;
use crate::metrics::ProxyPool;
use crate::proxies::{Proxies, Proxy};
use crate::timer::ProxyTimer;

/// Who has no answer after so long does not wait for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Makes a hit, and reports to the pool how it went.
pub(crate) async fn hit(proxies: &Proxies, proxy: Proxy, url: &str) {
    let began = Instant::now();
    let answer = request(proxies.client(proxy), proxy, url);
    let answered = rt::time::timeout(PATIENCE, answer).await;
    let status = answered.ok().and_then(Result::ok);
    proxies.report(proxy, status.is_some_and(|status| status.is_success()));
    Hit {
        proxy,
        status: status.map(|status| status.as_u16()),
        ms: began.elapsed().as_secs_f64() * 1000.0,
    }
    .emit();
}

/// Asks once, and reads the whole answer.
#[timed(ProxyPool::response_time, counter = ProxyPool::hits)]
async fn request(client: &reqwest::Client, proxy: Proxy, url: &str) -> reqwest::Result<StatusCode> {
    let timer = ProxyTimer::start(ProxyPool::global(), proxy);
    let answer = client.get(url).send().await?;
    let status = answer.status();
    answer.bytes().await?;
    timer.stop(status.is_success());
    Ok(status)
}
