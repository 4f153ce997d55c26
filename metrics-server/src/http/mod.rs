//! Metrics of an app of the user's own: a middleware that counts, times and sizes its requests.
//! `families` says what there is, `middleware` follows a request to its answer, `body` to the end of that.

mod body;
mod call;
mod families;
mod method;
mod middleware;
mod received;

use std::fmt;
use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use metrics_core::Registry;

use self::body::Metered;
use self::call::Worker;
pub(crate) use self::families::Http;
use self::middleware::Meter;

/// Counts, times and sizes the requests of an actix-web app: a middleware for `App::wrap`.
///
/// ```no_run
/// # async fn run() -> std::io::Result<()> {
/// use actix_web::{App, HttpServer};
/// use metrics_server::HttpMetrics;
///
/// HttpServer::new(|| {
///     App::new()
///         .configure(metrics_server::routes())
///         .wrap(HttpMetrics::new())
/// })
/// .bind("127.0.0.1:8080")?
/// .run()
/// .await
/// # }
/// ```
///
/// | family | kind | labels |
/// |---|---|---|
/// | `http_server_requests_total` | counter | `method`, `route`, `status` |
/// | `http_server_request_duration_seconds` | histogram | `method`, `route`, `status` |
/// | `http_server_request_body_size_bytes` | histogram | `method`, `route`, `status` |
/// | `http_server_response_body_size_bytes` | histogram | `method`, `route`, `status` |
/// | `http_server_active_requests` | gauge | `method` |
///
/// The names are those of OpenTelemetry's semantic conventions for HTTP servers, as Prometheus writes them; the counter
/// is beside them, as most Prometheus clients have it. The labels are shorter, for the status is a class and no code.
///
/// **`method`** is as in the request, `GET`, or `other` for one that no standard knows. **`route`** is the pattern that
/// the app declared, `/users/{id}`; paths that no route matches are together in `unmatched`, so that who scans for gaps
/// makes no series. Of methods and routes, 1000 pairs are told apart; more are in `overflow`. **`status`** is the class
/// of the status that was answered, `1xx` to `5xx`, or `cancelled`.
///
/// - A request ends when the last byte of its answer is handed to the connection, so that the time and size of an
///   answer that is streamed are those of the whole. The sizes are bytes of bodies as they are on the wire inside
///   chunks: of the request, what the app has read; of the answer, what was taken (nothing for `HEAD`). Middleware that
///   compresses is seen so if it is wrapped before this one: in actix-web the middleware that is wrapped last is the
///   outermost.
/// - A handler that fails is counted by the status of its error. One that panics is `5xx`, although actix-web closes the
///   connection without an answer, and so is an answer whose body fails on the way.
/// - `cancelled` is a client that left before there was an answer. A client that leaves while the body is sent has got
///   the status by then, and that is counted. actix-web notices at once when a connection is reset; one that is closed
///   may be closed by halves only, and the handler goes on, unless `HttpServer::h1_allow_half_closed(false)` says that
///   closed is gone.
/// - A WebSocket has its request: `1xx`, ended with the handshake. What comes after is no HTTP.
/// - The counter has `5xx` at zero as soon as a route was used at all, so that `rate()` does not miss the first error.
///
/// A request is counted once in a registry, wherever the middleware is wrapped: around the app, a scope, or both, where
/// the outer one counts. Requests that never get there (malformed ones, and those that middleware further out answers)
/// are not counted.
///
/// All workers count together: `new` and [`HttpMetrics::of`] give middleware of the same families whenever they are
/// called, which are in the registry from the first call on.
#[derive(Clone)]
pub struct HttpMetrics(Arc<Http>);

impl HttpMetrics {
    /// Counts in [`Registry::global`].
    pub fn new() -> Self {
        Self::of(Registry::global())
    }

    /// Counts in a registry of your own.
    ///
    /// Where a family of this name is there already, that one is exposed, and
    /// [`Registry::check`] tells of the clash.
    pub fn of(registry: &Registry) -> Self {
        Self(registry.instance())
    }
}

impl Default for HttpMetrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HttpMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpMetrics").finish_non_exhaustive()
    }
}

impl<S, B> Transform<S, ServiceRequest> for HttpMetrics
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<Metered<B>>;
    type Error = Error;
    type InitError = ();
    type Transform = Meter<S>;
    type Future = Ready<Result<Meter<S>, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let worker = Rc::new(Worker::new(Arc::clone(&self.0)));
        ready(Ok(Meter::new(service, worker)))
    }
}
