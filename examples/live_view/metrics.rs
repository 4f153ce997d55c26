//! What the framework tells of itself.

use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet};
use serde::Deserialize;

/// How an attempt to connect went.
#[derive(Clone, Copy, Label)]
pub(crate) enum Status {
    Accepted,
    Rejected,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct ByStatus {
    pub(crate) status: Status,
}

#[derive(Clone, Copy, Label)]
pub(crate) enum Direction {
    In,
    Out,
}

#[derive(Clone, Copy, Label)]
pub(crate) enum MessageType {
    Event,
    Heartbeat,
    Render,
    Diff,
    Error,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct ByMessage {
    pub(crate) direction: Direction,
    pub(crate) r#type: MessageType,
}

#[derive(Clone, Copy, Label)]
pub(crate) enum ErrorType {
    /// A message that is none.
    Decode,
    /// An event that its component refused.
    Event,
    /// A browser that does not take what it is sent.
    Send,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct ByError {
    pub(crate) r#type: ErrorType,
}

/// What a visitor can do to a page.
#[derive(Clone, Copy, Debug, Deserialize, Label)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EventType {
    Click,
    Change,
    Submit,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct ByEvent {
    pub(crate) event_type: EventType,
}

/// What happens to plug-ins.
#[derive(Clone, Copy, Label)]
pub(crate) enum PluginEvent {
    Loaded,
    Unloaded,
    Handled,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct ByPluginEvent {
    pub(crate) event: PluginEvent,
}

/// A live web framework.
#[derive(MetricSet)]
#[metrics(prefix = "golivekit")]
pub(crate) struct LiveView {
    /// Browsers that wanted to connect.
    pub(crate) connections: Counter<ByStatus>,
    /// Messages from and to browsers.
    pub(crate) messages: Counter<ByMessage>,
    /// What went wrong.
    #[metric(alert(
        name = "HighErrorRate",
        expr = "rate[5m] > 10",
        for = "5m",
        severity = "warning",
        summary = "{{ $value | humanize }} errors a second of type {{ $labels.type }}.",
    ))]
    pub(crate) errors: Counter<ByError>,
    /// Messages published between pages.
    pub(crate) pubsub_messages: Counter,
    /// What plug-ins were loaded, unloaded and asked to handle.
    pub(crate) plugin_events: Counter<ByPluginEvent>,
    /// Browsers that are connected.
    #[metric(alert(
        name = "ConnectionDrop",
        expr = "delta[5m] < -100",
        for = "1m",
        severity = "critical",
        summary = "{{ $labels.instance }} has lost more than a hundred browsers in five minutes.",
    ))]
    pub(crate) active_connections: Gauge,
    /// Visitors who are present, however many pages each has open.
    #[metric(allow(series_suffix))]
    pub(crate) presence_count: Gauge,
    /// Components of all pages that are open.
    pub(crate) component_instances: Gauge,
    /// Size of a message from or to a browser.
    #[metric(unit = "bytes", buckets = linear(0, 100, 10))]
    pub(crate) message_size: Histogram<(), u64>,
    /// Time to handle an event.
    #[metric(unit = "seconds", buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0])]
    #[metric(alert(
        name = "HighLatency",
        expr = "p95[5m] > 0.5s",
        for = "5m",
        severity = "warning",
        summary = "Of twenty events, one takes {{ $value | humanizeDuration }}.",
    ))]
    pub(crate) event_latency: Histogram<ByEvent>,
    /// Time to render a page.
    #[metric(unit = "seconds")]
    pub(crate) render_latency: Histogram,
    /// Size of what has changed of a page.
    #[metric(unit = "bytes", buckets = exponential(1, 2, 10))]
    pub(crate) diff_size: Histogram<(), u64>,
    /// Time to find out what has changed of a page.
    #[metric(unit = "seconds", buckets = exponential(0.000001, 4.0, 10))]
    pub(crate) diff_latency: Histogram,
}
