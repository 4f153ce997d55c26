//! What is made of declarations, before the program does anything: a dashboard, rules, manifests, a catalogue. Each is a
//! pure function of [`Declarations`] and of [`Settings`], so that its bytes are the same in every run.

mod alertmanager;
mod catalog;
mod cli;
mod dashboard;
mod families;
mod files;
mod kubernetes;
mod length;
mod rules;
#[cfg(test)]
mod sample;
mod scrape_config;
mod serve;
mod settings;
mod yaml;

use std::time::Duration;

use metrics_core::{Declarations, MetricSet, Registry};

use crate::Error;
use crate::collectors;
use crate::http::Http;
use settings::Settings;

pub use cli::artifacts_cli;
pub use files::Artifact;

#[cfg(fuzzing)]
pub(crate) use catalog::fuzzing;
pub(crate) use serve::{catalog, dashboard, rules};

/// What can be generated from the declarations of a program.
///
/// ```
/// use metrics_server::Artifacts;
///
/// let rules = Artifacts::global().name("chatbox").rules()?;
/// assert!(rules.contains("chatbox"));
/// # Ok::<(), metrics_server::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Artifacts {
    /// By which sets that come later are named and labelled.
    registry: Registry,
    declarations: Declarations,
    settings: Settings,
}

impl Artifacts {
    /// Those of [`Registry::global`], as a [`Server`](crate::Server) serves it on Linux: every linked set and timed function,
    /// and what is told of the process. They are the same on every platform, also where no server can tell of the process.
    pub fn global() -> Self {
        Self::of(Registry::global())
    }

    /// Those of `registry` as it is now, with sets that were registered at run time and with attached registries, and of
    /// what is told of the process beside it, with its constant labels.
    ///
    /// ```
    /// use metrics_core::{Gauge, MetricSet, Registry};
    /// use metrics_server::Artifacts;
    ///
    /// /// A pool of connections.
    /// #[derive(MetricSet)]
    /// #[metrics(register = false)]
    /// struct Pool {
    ///     /// Open connections.
    ///     connections: Gauge,
    /// }
    ///
    /// let registry = Registry::builder().namespace("db").build()?;
    /// let pool = Pool::register(&registry)?;
    /// let catalog = Artifacts::of(&registry).catalog_json();
    /// assert!(catalog.contains(r#""name": "db_connections""#));
    /// assert!(catalog.contains(r#""name": "process_threads""#));
    /// # Ok::<(), metrics_core::Error>(())
    /// ```
    pub fn of(registry: &Registry) -> Self {
        let collectors = collectors::declared_collectors();
        Self {
            registry: registry.clone(),
            declarations: collectors::beside(registry, collectors).declarations(),
            settings: Settings::default(),
        }
    }

    /// Those of `registry` alone.
    pub(crate) fn of_served(registry: &Registry) -> Self {
        Self {
            registry: registry.clone(),
            declarations: registry.declarations(),
            settings: Settings::default(),
        }
    }

    /// The service's name: the job of its scrapes, the name of its manifests. That of the running program if not called.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.settings.name = name.into();
        self
    }

    /// The Kubernetes namespace of all manifests; none if not called.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.settings.namespace = Some(namespace.into());
        self
    }

    /// The port at which the metrics are served, 9090 if not called.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.settings.port = port;
        self
    }

    /// The path at which they are, `/metrics` if not called.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.settings.path = path.into();
        self
    }

    /// How often they are to be scraped, every 15 seconds if not called.
    #[must_use]
    pub fn scrape_interval(mut self, interval: Duration) -> Self {
        self.settings.scrape_interval = interval;
        self
    }

    /// A label that Prometheus is to give every series of this service, such as `env` or `team`.
    #[must_use]
    pub fn target_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings
            .target_labels
            .push((name.into(), value.into()));
        self
    }

    /// A label of all manifests, such as `release`, by which an operator finds them.
    #[must_use]
    pub fn kubernetes_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings
            .kubernetes_labels
            .push((name.into(), value.into()));
        self
    }

    /// The name of the alert that this service cannot be scraped, `TargetDown` if not called.
    #[must_use]
    pub fn target_down_alert(mut self, name: impl Into<String>) -> Self {
        self.settings.target_down = name.into();
        self
    }

    /// Leaves an alert out of the rules that somebody else declared: each library that is linked brings those of its metrics.
    /// `alert` is its name, or where others have that too, its package and name: `"some-library::PoolEmpty"`.
    ///
    /// ```
    /// use metrics_core::{Gauge, MetricSet, Registry};
    /// use metrics_server::Artifacts;
    ///
    /// /// A pool of connections.
    /// #[derive(MetricSet)]
    /// #[metrics(register = false)]
    /// struct Pool {
    ///     /// Open connections.
    ///     #[metric(alert(name = "PoolEmpty", expr = "== 0", for = "5m", severity = "page", summary = "No connection."))]
    ///     connections: Gauge,
    /// }
    ///
    /// let artifacts = Artifacts::global().include::<Pool>();
    /// assert!(artifacts.rules()?.contains("PoolEmpty"));
    /// assert!(!artifacts.without_alert("PoolEmpty").rules()?.contains("PoolEmpty"));
    /// # Ok::<(), metrics_server::Error>(())
    /// ```
    #[must_use]
    pub fn without_alert(mut self, alert: impl Into<String>) -> Self {
        self.settings.without_alerts.push(alert.into());
        self
    }

    /// Adds the families of the middleware [`HttpMetrics`](crate::HttpMetrics), which come only when the app is built.
    ///
    /// ```
    /// use metrics_server::Artifacts;
    ///
    /// let catalog = Artifacts::global().with_http_metrics().catalog_json();
    /// assert!(catalog.contains(r#""name": "http_server_requests_total""#));
    /// ```
    #[must_use]
    pub fn with_http_metrics(self) -> Self {
        self.include::<Http>()
    }

    /// Adds the families of a set that the program registers only while it runs, as they will be in this registry; those
    /// whose names are there already stay as they are.
    #[must_use]
    pub fn include<S: MetricSet>(mut self) -> Self {
        for family in self.registry.declarations_of::<S>() {
            let families = &mut self.declarations.families;
            let place = families.binary_search_by(|old| old.name().cmp(family.name()));
            if let Err(place) = place {
                families.insert(place, family);
            }
        }
        self
    }

    /// The Grafana dashboard of all sets, as JSON.
    ///
    /// # Errors
    ///
    /// [`Error::Artifacts`] if a setting cannot be.
    pub fn dashboard(&self) -> Result<String, Error> {
        dashboard::dashboard(&self.declarations, &self.settings, None)
    }

    /// The Grafana dashboard of the set whose struct has this name.
    ///
    /// # Errors
    ///
    /// [`Error::Artifacts`] if there is no such set, or a setting cannot be.
    pub fn dashboard_of(&self, set: &str) -> Result<String, Error> {
        dashboard::dashboard(&self.declarations, &self.settings, Some(set))
    }

    /// The recording and alerting rules, as a rule file of Prometheus.
    ///
    /// # Errors
    ///
    /// [`Error::Artifacts`] with everything that is wrong with declared alerts and objectives.
    pub fn rules(&self) -> Result<String, Error> {
        let groups = rules::groups(&self.declarations, &self.settings)?;
        Ok(rules::file(&groups, &self.settings))
    }

    /// Tests of these rules for `promtool test rules`, each alert both firing and silent; `rules` is the rule file, as seen
    /// from the file of the tests.
    ///
    /// # Errors
    ///
    /// As of [`Artifacts::rules`].
    pub fn rule_tests(&self, rules: &str) -> Result<String, Error> {
        let groups = rules::groups(&self.declarations, &self.settings)?;
        rules::tests(&groups, &self.declarations, &self.settings, rules)
    }

    /// The JSON Schema of [`Artifacts::catalog_json`], of draft 2020-12.
    pub const CATALOG_SCHEMA: &str = include_str!("../../docs/catalog.schema.json");

    /// Every family, as Markdown for people: a table for each set, and below it the values of labels, buckets, alerts,
    /// objectives, and where it is declared.
    pub fn catalog_markdown(&self) -> String {
        catalog::markdown(&self.declarations, &self.settings)
    }

    /// Every family, as JSON for tools: [`Artifacts::CATALOG_SCHEMA`] says what is in it. It is what `my-app metrics diff`
    /// compares.
    pub fn catalog_json(&self) -> String {
        catalog::json(&self.declarations, &self.settings)
    }

    /// All of it, as files, in the order of their paths.
    ///
    /// # Errors
    ///
    /// [`Error::Artifacts`] with everything that is wrong, also with what [`Registry::check`] finds: a program whose metrics
    /// clash does not start.
    pub fn files(&self) -> Result<Vec<Artifact>, Error> {
        files::files(self)
    }
}
