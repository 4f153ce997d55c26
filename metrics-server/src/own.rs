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
#[cfg_attr(
    not(feature = "auth"),
    expect(dead_code, reason = "nobody is asked for credentials")
)]
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
    /// Its certificate is another's than of the clients that may read.
    ClientName,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct ByReason {
    pub(crate) reason: Reason,
}

/// What came of files that changed.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) enum Outcome {
    /// What is in them is in use.
    Changed,
    /// It cannot be used, or they cannot be read.
    Failed,
}

#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct ByOutcome {
    pub(crate) outcome: Outcome,
}

/// How a TLS handshake ended.
#[cfg(feature = "tls")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Label)]
pub(crate) enum HandshakeEnd {
    /// The connection can be used.
    Done,
    /// The client speaks something else.
    NoTls,
    /// It speaks only a version that is too old.
    OldTls,
    /// It shows no certificate, and must.
    NoCertificate,
    /// Its certificate is not one that is accepted.
    BadCertificate,
    /// It does not accept this server's certificate.
    Rejected,
    /// It comes from none of the networks that may read.
    Network,
    /// It took too long.
    Timeout,
    /// It was not done when its place was needed.
    Displaced,
    /// It left.
    Gone,
    /// Something else was wrong.
    Failed,
}

#[cfg(feature = "tls")]
#[derive(Clone, Copy, Debug, LabelSet)]
pub(crate) struct ByHandshakeEnd {
    pub(crate) end: HandshakeEnd,
}

/// What the metrics server does where it speaks TLS.
#[cfg(feature = "tls")]
#[derive(Debug, MetricSet)]
#[metrics(prefix = "metrics_tls")]
pub(crate) struct TlsOwn {
    /// Handshakes by how they ended.
    pub(crate) handshakes: Counter<ByHandshakeEnd>,
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
    /// Files of certificates and the like that changed while the server ran, by what came of it.
    pub(crate) reloads: Counter<ByOutcome>,
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
