//! What is served where: one table of routes for the standalone server and for mounting in an app.

use std::future::{Ready, ready};

use actix_web::{HttpRequest, HttpResponse, Resource, Route, Scope, guard, web};

use crate::exporter::Exporter;
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
            // each worker has a runtime of its own, and mounts the routes in it
            config.app_data(exporter.monitor_current_runtime("actix-web"));
            for (_, resource) in exporter.table("/metrics", "/health") {
                config.service(resource);
            }
        }
    }

    /// As [`scope`], of this exporter.
    pub fn scope(&self, path: &str) -> Scope {
        let table = self.table("", "/health").into_iter();
        let (paths, resources): (Vec<_>, Vec<_>) = table
            .map(|(below, of)| (format!("{path}{below}"), of))
            .unzip();
        let scope = resources.into_iter().fold(web::scope(path), Scope::service);
        scope
            .app_data(self.monitor_current_runtime("actix-web"))
            .default_service(web::to(not_found(paths)))
    }

    /// All routes, for a server that serves nothing else.
    pub(crate) fn all(&self) -> impl FnOnce(&mut web::ServiceConfig) + Clone + use<> {
        let exporter = self.clone();
        move |config| {
            let table = exporter.table("/metrics", "/health").into_iter();
            let mut paths: Vec<_> = table.map(|(path, _)| path).collect();
            // the first name that a runtime has been told stays
            let _named = exporter.monitor_current_runtime("metrics-server");
            if exporter.has_page() {
                // nobody else wants the root of this server
                config.route("/", get().to(live::page_at_root));
                paths.insert(0, "/".to_owned());
            }
            config
                .configure(exporter.routes())
                .default_service(web::to(not_found(paths)));
        }
    }

    /// Every path and what answers there: the metrics below one path, health below another.
    fn table(&self, metrics: &str, health: &str) -> Vec<(String, Resource)> {
        let text = get().to(scrape::scrape);
        let json = get().to(json::json);
        let stream = web::get().to(stream::stream);
        let dashboard = get().to(artifacts::dashboard);
        let rules = get().to(artifacts::rules);
        let catalog = get().to(artifacts::catalog);
        let live = get().to(health::live);
        let ready = get().to(health::ready);
        let mut routes = vec![
            (metrics.to_owned(), text),
            (format!("{metrics}/json"), json),
            (format!("{metrics}/stream"), stream),
            (format!("{metrics}/dashboard"), dashboard),
            (format!("{metrics}/rules"), rules),
            (format!("{metrics}/catalog"), catalog),
            (health.to_owned(), live),
            (format!("{health}/ready"), ready),
        ];
        if self.has_page() {
            routes.push((format!("{metrics}/live"), get().to(live::page)));
            routes.push((format!("{metrics}/live/{{file}}"), get().to(live::file)));
        }
        let routes = routes.into_iter().map(|(path, route)| {
            let exporter = web::Data::new(self.clone());
            let resource = web::resource(path.as_str()).app_data(exporter).route(route);
            (path, resource)
        });
        routes.collect()
    }
}

/// A route for those who ask for something.
fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// A handler that says of any other path which there are.
pub(crate) fn not_found(paths: Vec<String>) -> impl Fn(HttpRequest) -> Ready<HttpResponse> + Clone {
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
