//! A server and an exporter of settings.

use super::Settings;
use super::table::Table;
use crate::{Error, Exporter, ExporterBuilder, Server};

impl Server {
    /// Listens as the [`Settings`] say, and serves the global registry within their limits.
    ///
    /// For another registry, a summary, readiness and the like, give it an exporter that has the settings, too:
    ///
    /// ```
    /// use metrics_server::{Exporter, Server, Settings};
    ///
    /// let settings = Settings::new().set("address", "127.0.0.1:0")?.env()?;
    /// let exporter = Exporter::builder()
    ///     .settings(&settings)
    ///     .ready_when(|| true)
    ///     .build()?;
    /// let server = Server::from_settings(&settings)?.exporter(exporter).spawn()?;
    /// # server.stop()?;
    /// # Ok::<(), metrics_server::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] with all that cannot be together, or be read; and as [`Server::bind`].
    pub fn from_settings(settings: &Settings) -> Result<Self, Error> {
        let (first, further) = settings.listeners().map_err(Error::Settings)?;
        let server = further
            .into_iter()
            .try_fold(Self::bind(first)?, Self::and_bind)?;
        Ok(server.exporter(Exporter::builder().settings(settings).build()?))
    }
}

impl ExporterBuilder {
    /// Sets what the [`Settings`] say of the page, origins, samples, collectors and limits; what they do not say stays.
    pub fn settings(mut self, settings: &Settings) -> Self {
        let top = Table::top(settings);
        for origin in top.list("allowed_origins").unwrap_or_default() {
            self = self.allow_origin(origin);
        }
        if let Some(shown) = top.flag("created_samples") {
            self = self.created_samples(shown);
        }
        if top.flag("page") == Some(false) {
            self = self.without_page();
        }
        if top.flag("default_collectors") == Some(false) {
            self = self.without_default_collectors();
        }
        let limits = top.table("limits");
        if let Some(max) = limits.number("stream_clients") {
            self = self.max_stream_clients(max);
        }
        if let Some(max) = limits.number("stream_clients_per_address") {
            self = self.max_stream_clients_per_address(max);
        }
        self
    }
}
