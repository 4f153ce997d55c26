//! What is served where: one table of routes for the standalone server and for mounting in an app.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, Route, Scope, guard, web,
};

use crate::access::{Guarded, Hosts, Networks, Policy, guarded};
use crate::exporter::Exporter;
use crate::listen::Serves;
use crate::{artifacts, health, json, live, scrape, stream};

/// The routes of the global registry, for `App::configure`: `/metrics`, `/metrics/json`,
/// `/metrics/stream`, `/metrics/dashboard`, `/metrics/rules`, `/metrics/catalog`, the live page at `/metrics/live`, `/health`
/// and `/health/ready`.
///
/// Declared metrics that clash are not looked for here: call [`Registry::check`](metrics_core::Registry::check)
/// before the app starts, or watch the gauge `metrics_hidden_families`.
///
/// A client of the stream has its place until its connection has ended. Without [`bound_writes`](crate::bound_writes)
/// one that reads nothing keeps its connection, and its place, for as long as it likes, after it was given up too.
///
/// ```no_run
/// # async fn run() -> std::io::Result<()> {
/// use actix_web::{App, HttpServer};
///
/// HttpServer::new(|| App::new().configure(metrics_server::routes()))
///     .on_connect(metrics_server::bound_writes)
///     .bind("127.0.0.1:8080")?
///     .run()
///     .await
/// # }
/// ```
pub fn routes() -> impl FnOnce(&mut web::ServiceConfig) + Clone {
    Exporter::global().routes()
}

/// The routes of the global registry under a path of your own, for `App::service`: the exposition at the
/// path itself, and `/json`, `/stream`, `/dashboard`, `/rules`, `/catalog`, `/live`, `/health` and `/health/ready` below it. What [`routes`] says of
/// connections holds for these too.
///
/// ```no_run
/// # async fn run() -> std::io::Result<()> {
/// use actix_web::{App, HttpServer};
///
/// HttpServer::new(|| App::new().service(metrics_server::scope("/api/metrics")))
///     .on_connect(metrics_server::bound_writes)
///     .bind("127.0.0.1:8080")?
///     .run()
///     .await
/// # }
/// ```
pub fn scope(path: &str) -> Scope {
    Exporter::global().scope(path)
}

impl Exporter {
    /// As [`routes`], of this exporter.
    pub fn routes(&self) -> impl FnOnce(&mut web::ServiceConfig) + Clone + use<> {
        let exporter = self.clone();
        move |config| {
            let policy = exporter.mounted_policy();
            exporter.mount(&policy, Serves::All, config);
        }
    }

    /// As [`scope`], of this exporter.
    pub fn scope(&self, path: &str) -> Scope {
        let policy = self.mounted_policy();
        let table = self.table("", "/health", Serves::All, &policy).into_iter();
        let (paths, resources): (Vec<_>, Vec<_>) = table
            .map(|(below, of)| (format!("{path}{below}"), of))
            .unzip();
        let scope = resources.into_iter().fold(web::scope(path), Scope::service);
        scope
            .app_data(self.monitor_current_runtime("actix-web"))
            .default_service(not_found(paths, &policy))
    }

    /// What a listener serves, for a server that serves nothing else.
    pub(crate) fn all(
        &self,
        policy: &Arc<Policy>,
        serves: Serves,
    ) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
        let exporter = self.clone();
        let policy = Arc::clone(policy);
        move |config| {
            // the first name that a runtime has been told stays
            let _named = exporter.monitor_current_runtime("metrics-server");
            let mut paths = Vec::new();
            if exporter.has_page() && serves != Serves::Scrape {
                // nobody else wants the root of this server
                let page = web::resource("/").route(get(live::page_at_root, &policy));
                config.service(page.default_service(not_allowed(&policy)));
                paths.push("/".to_owned());
            }
            paths.extend(exporter.mount(&policy, serves, config));
            config.default_service(not_found(paths, &policy));
        }
    }

    /// Mounts the table, and says what there is.
    fn mount(
        &self,
        policy: &Arc<Policy>,
        serves: Serves,
        config: &mut web::ServiceConfig,
    ) -> Vec<String> {
        // each worker has a runtime of its own, and mounts the routes in it
        config.app_data(self.monitor_current_runtime("actix-web"));
        let table = self.table("/metrics", "/health", serves, policy);
        let (paths, resources): (Vec<_>, Vec<_>) = table.into_iter().unzip();
        for resource in resources {
            config.service(resource);
        }
        paths
    }

    /// Whom the routes let in that are mounted in an app: its listeners are the app's affair.
    fn mounted_policy(&self) -> Arc<Policy> {
        Arc::new(Policy {
            hosts: Hosts::any(),
            networks: Networks::any(),
            origins: self.allowed_origins().clone(),
            #[cfg(feature = "auth")]
            credentials: None,
            hsts: None,
        })
    }

    /// Every path and what answers there: the metrics below one path, health below another.
    fn table(
        &self,
        metrics: &str,
        health: &str,
        serves: Serves,
        policy: &Arc<Policy>,
    ) -> Vec<(String, Resource)> {
        let mut routes = vec![
            (health.to_owned(), word(health::live, policy)),
            (format!("{health}/ready"), word(health::ready, policy)),
            (format!("{metrics}/json"), get(json::json, policy)),
        ];
        if serves != Serves::Page {
            routes.extend([
                (metrics.to_owned(), get(scrape::scrape, policy)),
                (
                    format!("{metrics}/dashboard"),
                    get(artifacts::dashboard, policy),
                ),
                (format!("{metrics}/rules"), get(artifacts::rules, policy)),
                (
                    format!("{metrics}/catalog"),
                    get(artifacts::catalog, policy),
                ),
            ]);
        }
        if serves != Serves::Scrape {
            let stream = web::get().to(stream::stream);
            let stream = guarded(stream, Guarded::Metrics, policy);
            routes.push((format!("{metrics}/stream"), stream));
            if self.has_page() {
                routes.push((format!("{metrics}/live"), get(live::page, policy)));
                routes.push((format!("{metrics}/live/{{file}}"), get(live::file, policy)));
            }
        }
        let routes = routes.into_iter().map(|(path, route)| {
            let exporter = web::Data::new(self.clone());
            let resource = web::resource(path.as_str()).app_data(exporter).route(route);
            (path, resource.default_service(not_allowed(policy)))
        });
        routes.collect()
    }
}

/// What tells of the application, for those who ask for it.
fn get<F, Args>(handler: F, policy: &Arc<Policy>) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    guarded(reading().to(handler), Guarded::Metrics, policy)
}

/// What tells an orchestrator one word.
fn word<F, Args>(handler: F, policy: &Arc<Policy>) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    guarded(reading().to(handler), Guarded::Health, policy)
}

/// A route for those who ask for something.
fn reading() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// The answer to another method: everything here is read only.
fn not_allowed(policy: &Arc<Policy>) -> Route {
    let refuse = || ready(HttpResponse::MethodNotAllowed().finish());
    guarded(web::to(refuse), Guarded::Metrics, policy)
}

/// The answer at any other path, which says which there are.
fn not_found(paths: Vec<String>, policy: &Arc<Policy>) -> Route {
    guarded(web::to(names_of(paths)), Guarded::Metrics, policy)
}

fn names_of(paths: Vec<String>) -> impl Fn(HttpRequest) -> Ready<HttpResponse> + Clone {
    // a pattern is no address, and who looks for a file of the page has the page
    let paths: Vec<_> = paths
        .into_iter()
        .filter(|path| !path.contains('{'))
        .collect();
    let paths = paths.join(", ");
    move |request| {
        let path = request.path();
        ready(
            HttpResponse::NotFound()
                .content_type("text/plain; charset=utf-8")
                .body(format!("nothing is served at {path}; there are {paths}\n")),
        )
    }
}
