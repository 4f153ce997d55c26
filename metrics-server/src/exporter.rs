//! An exporter: one registry and how it is served. Routes, scopes and servers are views of one.
//! It owns what all its handlers share: limits, the stream's sampler, readiness.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::rt::time::timeout;
use metrics_core::Registry;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::Error;
use crate::access::Origins;
use crate::artifacts::Artifacts;
use crate::collectors::{self, Monitored};
use crate::rates::RateBook;
use crate::readiness::{Readiness, ReadyCheck};
use crate::stream::{EventRing, Places, Sampler, Summary};

/// Scrapes under way at once; the next gets 503. Prometheus' own exporters use 40 (`node_exporter`,
/// `--web.max-requests`).
pub(crate) const MAX_SCRAPES: usize = 40;

/// JSON documents being made at once; more wait for their turn. Each holds a copy of every series while it is made, of a
/// million series more than half a gigabyte.
pub(crate) const MAX_DOCUMENTS: usize = 2;

/// How long a request may wait for its turn to make a document; Prometheus' own scrape timeout.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Stream clients at once, if the builder says nothing else.
pub const DEFAULT_MAX_STREAM_CLIENTS: usize = 100;

/// Stream clients at once from one address, if the builder says nothing else: a page in a few tabs, and `watch` beside it.
pub const DEFAULT_MAX_STREAM_CLIENTS_PER_ADDRESS: usize = 8;

/// What a user's function makes of artefacts: gives them a name, a port and so on.
type Dressed = Box<dyn Fn(Artifacts) -> Artifacts + Send + Sync>;

/// How one registry is served. A clone is the same exporter.
///
/// ```
/// use metrics_core::Registry;
/// use metrics_server::Exporter;
///
/// let registry = Registry::new();
/// let exporter = Exporter::builder()
///     .registry(&registry)
///     .max_stream_clients(10)
///     .allow_origin("https://ops.example.com")
///     .ready_when(|| true)
///     .build()?;
/// # let _ = exporter;
/// # Ok::<(), metrics_server::Error>(())
/// ```
#[derive(Clone)]
pub struct Exporter(Arc<Inner>);

struct Inner {
    registry: Registry,
    /// What is exposed: the registry, and beside it what is told of the process.
    served: Registry,
    tells_of_process: bool,
    created_samples: bool,
    allowed_origins: Origins,
    without_page: bool,
    artifacts: Option<Dressed>,
    ready: Option<ReadyCheck>,
    scrapes: Arc<Semaphore>,
    documents: Arc<Semaphore>,
    places: Places,
    rates: RateBook,
    sampler: Sampler,
    events: EventRing,
    summary: Option<Arc<Summary>>,
    epoch: String,
    closing: watch::Sender<bool>,
}

impl Exporter {
    /// The exporter of [`Registry::global`], with default settings; the same one at every call.
    pub fn global() -> Self {
        static GLOBAL: OnceLock<Exporter> = OnceLock::new();
        GLOBAL.get_or_init(Self::of_global_registry).clone()
    }

    /// An exporter of the global registry, not shared with anybody.
    pub(crate) fn of_global_registry() -> Self {
        Self::of(Registry::global())
    }

    /// An exporter with default settings, not shared with anybody.
    pub(crate) fn of(registry: &Registry) -> Self {
        ExporterBuilder::default().registry(registry).built()
    }

    /// An exporter with settings of its own.
    pub fn builder() -> ExporterBuilder {
        ExporterBuilder::default()
    }

    /// The registry that is served. What is told of the process is beside it, not in it.
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// What is generated from the declarations that are served, with the settings of
    /// [`ExporterBuilder::artifacts`]: what `/metrics/dashboard`, `/metrics/rules` and `/metrics/catalog` answer with. Its
    /// [`cli`](Artifacts::cli) writes the same into files, so that the settings stand in one place:
    ///
    /// ```no_run
    /// use metrics_server::{Exporter, Server};
    ///
    /// let exporter = Exporter::builder()
    ///     .artifacts(|artifacts| artifacts.name("chatbox").port(8081))
    ///     .build()?;
    /// exporter.artifacts().cli();
    /// Server::bind("127.0.0.1:8081")?.exporter(exporter).run()?;
    /// # Ok::<(), metrics_server::Error>(())
    /// ```
    pub fn artifacts(&self) -> Artifacts {
        let registry = &self.0.registry;
        let artifacts = if self.0.tells_of_process {
            Artifacts::of(registry)
        } else {
            Artifacts::of_served(registry)
        };
        match &self.0.artifacts {
            Some(dressed) => dressed(artifacts),
            None => artifacts,
        }
    }

    /// What is gathered for all clients.
    pub(crate) fn served(&self) -> &Registry {
        &self.0.served
    }

    pub(crate) fn created_samples(&self) -> bool {
        self.0.created_samples
    }

    #[cfg(all(test, feature = "settings"))]
    pub(crate) fn tells_of_process(&self) -> bool {
        self.0.tells_of_process
    }

    /// Tells of the runtime in which this is called, for as long as what it returns is kept.
    pub(crate) fn monitor_current_runtime(&self, name: &str) -> Option<Monitored> {
        let tells = self.0.tells_of_process;
        tells.then(|| Monitored::current(name)).flatten()
    }

    /// Says goodbye to every stream client and reports not ready from now on.
    ///
    /// A [`Server`](crate::Server) that stops does this to its exporter, for good; give each server one of its own.
    /// Call it before you stop an app of yours that mounts the routes, so that the app need not wait for stream
    /// clients.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    pub(crate) fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }

    pub(crate) async fn readiness(&self) -> Readiness {
        if *self.0.closing.borrow() {
            return Readiness::Stopping;
        }
        match &self.0.ready {
            Some(ready) => ready.ask().await,
            None => Readiness::Ready,
        }
    }

    pub(crate) fn scrapes(&self) -> &Arc<Semaphore> {
        &self.0.scrapes
    }

    /// A turn to make a document; none if there is none in time.
    pub(crate) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        let turn = Arc::clone(&self.0.documents).acquire_owned();
        timeout(LONGEST_WAIT, turn).await.ok()?.ok()
    }

    #[cfg(test)]
    pub(crate) fn documents(&self) -> &Arc<Semaphore> {
        &self.0.documents
    }

    /// Places for stream clients.
    pub(crate) fn places(&self) -> &Places {
        &self.0.places
    }

    pub(crate) fn rates(&self) -> &RateBook {
        &self.0.rates
    }

    pub(crate) fn sampler(&self) -> &Sampler {
        &self.0.sampler
    }

    pub(crate) fn events(&self) -> &EventRing {
        &self.0.events
    }

    /// The summary fields, as they stand first in an object: nothing, or with a comma behind each.
    pub(crate) fn summary_fields(&self) -> Arc<str> {
        let summary = self.0.summary.as_ref();
        summary.map_or_else(|| "".into(), |summary| summary.fields())
    }

    pub(crate) fn epoch(&self) -> &str {
        &self.0.epoch
    }

    pub(crate) fn has_page(&self) -> bool {
        !self.0.without_page
    }

    pub(crate) fn allowed_origins(&self) -> &Origins {
        &self.0.allowed_origins
    }
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exporter")
            .field("registry", &self.0.registry)
            .field("places", &self.0.places)
            .field("allowed_origins", &self.0.allowed_origins)
            .finish_non_exhaustive()
    }
}

/// Builds an [`Exporter`]; from [`Exporter::builder`].
#[derive(Default)]
pub struct ExporterBuilder {
    registry: Option<Registry>,
    without_collectors: bool,
    created_samples: bool,
    max_stream_clients: Option<usize>,
    max_stream_clients_per_address: Option<usize>,
    allowed_origins: Vec<String>,
    without_page: bool,
    artifacts: Option<Dressed>,
    ready: Option<ReadyCheck>,
    summary: Option<Arc<Summary>>,
}

impl ExporterBuilder {
    /// The registry to serve; [`Registry::global`] if not called.
    #[must_use]
    pub fn registry(mut self, registry: &Registry) -> Self {
        self.registry = Some(registry.clone());
        self
    }

    /// Serves the registry alone: nothing of the process (`process_*`) and its async runtimes (`tokio_*`), which are
    /// told without being asked otherwise, with the constant labels of the registry.
    ///
    /// ```
    /// use metrics_core::Registry;
    /// use metrics_server::Exporter;
    ///
    /// let exporter = Exporter::builder()
    ///     .registry(&Registry::new())
    ///     .without_default_collectors()
    ///     .build()?;
    /// # let _ = exporter;
    /// # Ok::<(), metrics_server::Error>(())
    /// ```
    #[must_use]
    pub fn without_default_collectors(mut self) -> Self {
        self.without_collectors = true;
        self
    }

    /// Shows in OpenMetrics since when each counter and histogram counts, as `_created` samples; not if not called.
    ///
    /// Prometheus stores each as one more series, unless it was told to read them as what they are
    /// (`--enable-feature=created-timestamp-zero-ingestion`). In the protobuf format they are always there.
    #[must_use]
    pub fn created_samples(mut self, shown: bool) -> Self {
        self.created_samples = shown;
        self
    }

    /// The most stream clients at once, [`DEFAULT_MAX_STREAM_CLIENTS`] if not called; the next gets 503.
    #[must_use]
    pub fn max_stream_clients(mut self, max: usize) -> Self {
        self.max_stream_clients = Some(max);
        self
    }

    /// How many clients may join the stream at once from one address; 8 if not called. The next gets 503. An IPv6 address
    /// counts with its whole /64. All who come through one proxy are one address, so behind one this is to be as much as
    /// [`max_stream_clients`](ExporterBuilder::max_stream_clients); behind a Unix socket it does not apply.
    #[must_use]
    pub fn max_stream_clients_per_address(mut self, max: usize) -> Self {
        self.max_stream_clients_per_address = Some(max);
        self
    }

    /// Lets pages of this origin (`https://ops.example.com`) read all that is served here, beside pages of the same host.
    ///
    /// Where [`Auth`](crate::Auth) asks who reads, such a page brings a token of its own in the header `Authorization` of a
    /// `fetch`, and cannot read what its browser would get for a password that it knows. A WebSocket takes no such header:
    /// the stream is read by what the browser itself sends, so that such a page reads it as the browser's user.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.allowed_origins.push(origin.into());
        self
    }

    /// Serves no live page: nothing at `/` of a [`Server`](crate::Server), and nothing at `/metrics/live`.
    ///
    /// ```
    /// use metrics_server::Exporter;
    ///
    /// let exporter = Exporter::builder().without_page().build()?;
    /// # let _ = exporter;
    /// # Ok::<(), metrics_server::Error>(())
    /// ```
    #[must_use]
    pub fn without_page(mut self) -> Self {
        self.without_page = true;
        self
    }

    /// Says as what and where the service runs, for what is generated from its declarations: the dashboard, the rules and
    /// the catalogue that are served, and [`Exporter::artifacts`].
    ///
    /// ```
    /// use metrics_server::Exporter;
    ///
    /// let exporter = Exporter::builder()
    ///     .artifacts(|artifacts| artifacts.name("chatbox").target_label("env", "production"))
    ///     .build()?;
    /// # let _ = exporter;
    /// # Ok::<(), metrics_server::Error>(())
    /// ```
    #[must_use]
    pub fn artifacts(
        mut self,
        settings: impl Fn(Artifacts) -> Artifacts + Send + Sync + 'static,
    ) -> Self {
        self.artifacts = Some(Box::new(settings));
        self
    }

    /// What `/health/ready` answers with; always ready if not called. It is called on a thread of its own, and waited for
    /// five seconds: if it takes longer, or panics, the process is not ready.
    #[must_use]
    pub fn ready_when(mut self, ready: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.ready = Some(ReadyCheck::new(ready));
        self
    }

    /// What the application says of itself in a few fields: they are at the top of `data` in each snapshot and each
    /// performance frame of the stream, and at the top of `/metrics/json`.
    ///
    /// It is called once by [`build`](ExporterBuilder::build), and then at most once a tick, while somebody is sent it, and
    /// for each JSON document, on a thread of its own, `metrics-summary`. The stream waits for it a second. If it takes
    /// longer, panics, or returns what cannot be used, the fields stay as they were.
    ///
    /// ```
    /// use metrics_core::{Counter, MetricSet, Registry};
    /// use metrics_server::Exporter;
    /// use serde::Serialize;
    ///
    /// /// A pool.
    /// #[derive(MetricSet)]
    /// #[metrics(register = false)]
    /// struct Pool {
    ///     /// Requests made.
    ///     hits: Counter,
    /// }
    ///
    /// #[derive(Serialize)]
    /// struct Summary {
    ///     total_hits: u64,
    /// }
    ///
    /// let registry = Registry::new();
    /// let pool = Pool::register(&registry)?;
    /// let exporter = Exporter::builder()
    ///     .registry(&registry)
    ///     .summary(move || Summary { total_hits: pool.hits.get() })
    ///     .build()?;
    /// # let _ = exporter;
    /// # Ok::<(), metrics_server::Error>(())
    /// ```
    #[must_use]
    pub fn summary<S: Serialize>(
        mut self,
        summary: impl Fn() -> S + Send + Sync + 'static,
    ) -> Self {
        self.summary = Some(Arc::new(Summary::new(summary)));
        self
    }

    /// The exporter.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOrigin`] if an allowed origin is not written as browsers send it, [`Error::InvalidSummary`] if the
    /// summary is no object, or has a field that the stream has itself.
    pub fn build(self) -> Result<Exporter, Error> {
        let mut origins = self.allowed_origins.iter();
        if let Some(wrong) = origins.find(|origin| !is_origin(origin)) {
            return Err(Error::InvalidOrigin(wrong.clone()));
        }
        if let Some(summary) = &self.summary {
            summary.check().map_err(Error::InvalidSummary)?;
        }
        Ok(self.built())
    }

    fn built(self) -> Exporter {
        let registry = self.registry.unwrap_or_else(|| Registry::global().clone());
        let tells_of_process = !self.without_collectors;
        let served = if tells_of_process {
            collectors::beside(&registry, collectors::default_collectors())
        } else {
            registry.clone()
        };
        let places = Places::new(
            self.max_stream_clients
                .unwrap_or(DEFAULT_MAX_STREAM_CLIENTS),
            self.max_stream_clients_per_address
                .unwrap_or(DEFAULT_MAX_STREAM_CLIENTS_PER_ADDRESS),
        );
        Exporter(Arc::new(Inner {
            sampler: Sampler::new(served.clone(), self.summary.clone()),
            events: EventRing::new(),
            summary: self.summary,
            registry,
            served,
            tells_of_process,
            created_samples: self.created_samples,
            allowed_origins: self.allowed_origins.into(),
            without_page: self.without_page,
            artifacts: self.artifacts,
            ready: self.ready,
            scrapes: Arc::new(Semaphore::new(MAX_SCRAPES)),
            documents: Arc::new(Semaphore::new(MAX_DOCUMENTS)),
            places,
            rates: RateBook::default(),
            epoch: epoch(),
            closing: watch::Sender::new(false),
        }))
    }
}

impl fmt::Debug for ExporterBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExporterBuilder")
            .field("registry", &self.registry)
            .field("max_stream_clients", &self.max_stream_clients)
            .field("allowed_origins", &self.allowed_origins)
            .finish_non_exhaustive()
    }
}

/// Scheme and host in lower case, with a port where it is not the usual one, and nothing behind: as browsers
/// send it, so that it can be compared. Source: RFC 6454, section 6.2.
pub(crate) fn is_origin(origin: &str) -> bool {
    let Some((scheme, host)) = origin.split_once("://") else {
        return false;
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:[]".contains(c);
    matches!(scheme, "http" | "https") && !host.is_empty() && host.chars().all(plain)
}

/// A text that no other process has: by it a client tells a restart.
fn epoch() -> String {
    use std::hash::{BuildHasher, RandomState};
    // the keys of a `RandomState` are random, which is all that is needed here
    format!("{:016x}", RandomState::new().hash_one(std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_as_browsers_send_them() {
        for good in [
            "https://ops.example.com",
            "http://127.0.0.1:3000",
            "http://[::1]:80",
        ] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "ops.example.com",
            "https://ops.example.com/",
            "https://Ops.example.com",
            "https://",
            "*",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
