//! What the chat back end tells of itself, under the names that its owners' dashboards know.

use metrics_core::{Counter, Gauge, Histogram, LabelSet, MetricSet};

use crate::provider::Provider;

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct ByProvider {
    pub(crate) provider: Provider,
}

/// A chat back end. Its gauges are called `…_total`, which is against the convention, and on purpose.
#[derive(MetricSet)]
#[metrics(prefix = "chatbox")]
pub(crate) struct Chatbox {
    /// WebSocket connections that are open.
    #[metric(allow(gauge_total), hpa(average = 100, min = 2, max = 10))]
    pub(crate) websocket_connections_total: Gauge,
    /// Sessions that are open.
    #[metric(allow(gauge_total))]
    pub(crate) active_sessions_total: Gauge,
    /// Messages received from users.
    pub(crate) messages_received: Counter,
    /// Answers sent to users, each counted when it is complete.
    pub(crate) messages_sent: Counter,
    /// Messages that were not answered, or not to the end.
    pub(crate) message_errors: Counter,
    /// Sessions begun.
    pub(crate) sessions_created: Counter,
    /// Sessions ended.
    pub(crate) sessions_ended: Counter,
    /// Sessions that an administrator took over.
    pub(crate) admin_takeovers: Counter,
    /// Requests to a provider, each try counted.
    pub(crate) llm_requests: Counter<ByProvider>,
    /// Requests to a provider that failed, at once or midway.
    pub(crate) llm_errors: Counter<ByProvider>,
    /// Tokens that a provider has sent.
    pub(crate) tokens_used: Counter<ByProvider>,
    /// Time from a request until the first token of its answer.
    #[metric(unit = "seconds", buckets = exponential(0.005, 2.0, 10))]
    pub(crate) llm_latency: Histogram<ByProvider>,
}
