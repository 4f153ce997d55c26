//! The metrics of the metrics server itself, declared with the macros that it is made for.

use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet, event_types};

/// What a scrape was answered with.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) enum Format {
    Text,
    OpenMetrics,
    Protobuf,
    Json,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct ByFormat {
    pub(crate) format: Format,
}

/// How a scrape ended.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) enum ScrapeEnd {
    /// Everything was encoded and queued for the client.
    Complete,
    /// The client left, or did not read in time.
    Abandoned,
    /// Too many scrapes were under way.
    Refused,
    /// Gathering or encoding failed.
    Failed,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct ByEnd {
    pub(crate) format: Format,
    pub(crate) end: ScrapeEnd,
}

/// The type of a stream frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Label)]
pub(crate) enum FrameType {
    Hello,
    Snapshot,
    Delta,
    Performance,
    Event,
    Heartbeat,
    Resync,
    Error,
    Bye,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct ByFrameType {
    pub(crate) r#type: FrameType,
}

/// By the type of an event of the application.
#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct ByEventType<'a> {
    /// A program has the types that are linked into it; this is for one that has very many.
    #[label(open, max = 100)]
    pub(crate) r#type: &'a str,
}

/// What is encoded for the clients of a group of the stream, who share it.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) enum Encoding {
    Snapshot,
    Delta,
    Performance,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct ByEncoding {
    pub(crate) r#type: Encoding,
}

/// Why a request was refused before it came to a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Label)]
pub(crate) enum Reason {
    /// It came from none of the networks that may read.
    Network,
    /// It was for a name that is not this server's.
    Host,
    /// It was a page's of another origin.
    Origin,
    /// It brought no credentials, or wrong ones.
    Credentials,
    /// Wrong credentials had come from its peer too often.
    Throttled,
    /// Too many passwords were waiting to be verified.
    Busy,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct ByReason {
    pub(crate) reason: Reason,
}

/// What the metrics server does.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "metrics")]
pub(crate) struct Own {
    /// Scrapes by format and how they ended.
    pub(crate) scrapes: Counter<ByEnd>,
    /// Time from the request for a scrape until its last byte was queued for the client.
    #[metric(unit = "seconds")]
    pub(crate) scrape_duration: Histogram<ByFormat>,
    /// Scrapes under way.
    pub(crate) scrapes_in_flight: Gauge,
    /// Requests refused before anything was read for them.
    pub(crate) requests_refused: Counter<ByReason>,
    /// Clients connected to the stream.
    pub(crate) stream_clients: Gauge,
    /// Clients that the stream refused because it was full.
    pub(crate) stream_clients_refused: Counter,
    /// Clients closed because they did not take a frame in time.
    pub(crate) stream_clients_stalled: Counter,
    /// Frames sent to stream clients.
    pub(crate) stream_frames: Counter<ByFrameType>,
    /// Events that a stream client was not sent, because it fell behind; counted for each client.
    pub(crate) stream_events_dropped: Counter<ByEventType<'static>>,
    /// Events that nobody was sent, because their data is not a JSON object, or too long.
    #[metric(read = rejected_events)]
    pub(crate) stream_events_rejected: Counter,
    /// Encodings for groups of stream clients, each sent to all who ask for the same.
    pub(crate) stream_encodings: Counter<ByEncoding>,
    /// Time of one walk over the registry for the stream.
    #[metric(unit = "seconds", buckets = exponential(0.0001, 4.0, 9))]
    pub(crate) stream_sample_duration: Histogram,
}

fn rejected_events() -> u64 {
    let types = event_types().into_iter();
    types.map(|of| of.rejected()).sum()
}
