//! The timer of a request through a proxy, which is told whether it went well.

use metrics_core::Timer;

use crate::metrics::{ByProxy, ProxyPool};
use crate::proxies::Proxy;

/// A request through a proxy that is under way. When it ends its latency is recorded, and a success or a failure;
/// dropped without a word, by `?` or with its future, it is a failure.
#[must_use = "a timer that is dropped at once is a failure of no length"]
pub(crate) struct ProxyTimer<'m> {
    metrics: &'m ProxyPool,
    by: ByProxy,
    success: bool,
    /// Records when it is dropped.
    _latency: Timer<'m, ByProxy, ByProxy>,
}

impl<'m> ProxyTimer<'m> {
    pub(crate) fn start(metrics: &'m ProxyPool, proxy: Proxy) -> Self {
        let by = ByProxy { proxy };
        Self {
            metrics,
            by,
            success: false,
            _latency: metrics.proxy_latency.start_timer_with(by),
        }
    }

    pub(crate) fn stop(mut self, success: bool) {
        self.success = success;
    }
}

impl Drop for ProxyTimer<'_> {
    fn drop(&mut self) {
        let counter = if self.success {
            &self.metrics.proxy_success
        } else {
            &self.metrics.proxy_failure
        };
        counter.with(self.by).inc();
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::pin::pin;
    use std::sync::Arc;

    use futures_util::FutureExt;
    use metrics_core::{Error, MetricSet, Registry};

    use super::*;

    /// What was recorded of two proxies: successes, failures, latencies.
    fn recorded(registry: &Registry) -> [[u64; 3]; 2] {
        let text = registry.encode_text();
        let value = |name: &str, proxy: &str| {
            let series = format!("eroshit_{name}{{proxy=\"{proxy}\"}} ");
            let line = text.lines().find_map(|line| line.strip_prefix(&series));
            line.and_then(|value| value.parse().ok())
                .unwrap_or_else(|| panic!("no {series}in\n{text}"))
        };
        ["near", "flaky"].map(|proxy| {
            [
                "proxy_success_total",
                "proxy_failure_total",
                "proxy_latency_seconds_count",
            ]
            .map(|name| value(name, proxy))
        })
    }

    fn pool() -> Result<(Registry, Arc<ProxyPool>), Error> {
        let registry = Registry::new();
        let metrics = ProxyPool::register(&registry)?;
        Ok((registry, metrics))
    }

    #[test]
    fn a_stopped_timer_records_what_it_is_told() -> Result<(), Error> {
        let (registry, metrics) = pool()?;
        ProxyTimer::start(&metrics, Proxy::Near).stop(true);
        ProxyTimer::start(&metrics, Proxy::Near).stop(true);
        ProxyTimer::start(&metrics, Proxy::Flaky).stop(false);
        assert_eq!(recorded(&registry), [[2, 0, 2], [0, 1, 1]]);
        Ok(())
    }

    #[test]
    fn a_running_timer_has_recorded_nothing() -> Result<(), Error> {
        let (registry, metrics) = pool()?;
        let _running = ProxyTimer::start(&metrics, Proxy::Near);
        assert_eq!(recorded(&registry), [[0, 0, 0], [0, 0, 0]]);
        Ok(())
    }

    #[test]
    fn a_timer_that_is_dropped_without_a_word_is_a_failure() -> Result<(), Error> {
        let (registry, metrics) = pool()?;
        drop(ProxyTimer::start(&metrics, Proxy::Flaky));
        assert_eq!(recorded(&registry), [[0, 0, 0], [0, 1, 1]]);
        Ok(())
    }

    #[test]
    fn a_request_that_is_given_up_is_a_failure() -> Result<(), Error> {
        let (registry, metrics) = pool()?;
        {
            let mut request = pin!(async {
                let timer = ProxyTimer::start(&metrics, Proxy::Flaky);
                std::future::pending::<()>().await;
                timer.stop(true);
            });
            assert_eq!(request.as_mut().now_or_never(), None);
            assert_eq!(recorded(&registry), [[0, 0, 0], [0, 0, 0]]);
        }
        assert_eq!(recorded(&registry), [[0, 0, 0], [0, 1, 1]]);
        Ok(())
    }

    #[test]
    fn a_request_that_panics_is_a_failure() -> Result<(), Error> {
        let (registry, metrics) = pool()?;
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _timer = ProxyTimer::start(&metrics, Proxy::Flaky);
            // no hook of the tests prints this one
            std::panic::resume_unwind(Box::new("on the way"));
        }));
        assert!(panicked.is_err());
        assert_eq!(recorded(&registry), [[0, 0, 0], [0, 1, 1]]);
        Ok(())
    }
}
