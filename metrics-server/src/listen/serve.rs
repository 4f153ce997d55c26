//! From a bound listener to a service of actix-server: the same for every kind of socket, so that all keep to the same
//! deadlines.

use std::io;
use std::rc::Rc;
use std::sync::Arc;

use actix_http::HttpService;
use actix_server::{GracefulShutdownSignal, ServerBuilder};
use actix_service::{ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::App;
use actix_web::dev::AppConfig;

use super::accept::{Entrance, Incoming};
use super::stream::{HEAD, Stream};
use super::{Bound, Serves, Socket, SocketFile};
use crate::access::Policy;
use crate::exporter::Exporter;

/// What is served to whom, for each worker to make a service of.
#[derive(Clone)]
struct Plan {
    exporter: Exporter,
    policy: Arc<Policy>,
    serves: Serves,
    entrance: Entrance,
    /// Idle connections end when the server is asked to stop.
    ending: GracefulShutdownSignal,
}

impl Bound {
    /// Has the server accept what comes; what must live as long as the server goes to `files`.
    pub(crate) fn serve(
        self,
        server: ServerBuilder,
        exporter: &Exporter,
        files: &mut Vec<SocketFile>,
    ) -> io::Result<ServerBuilder> {
        let plan = Plan {
            exporter: exporter.clone(),
            policy: self.policy(exporter),
            serves: self.serves,
            entrance: self.entrance(),
            ending: server.graceful_shutdown_signal(),
        };
        let name = format!("metrics-server {}", self.socket.address());
        match self.socket {
            Socket::Tcp(listener, _) => server.listen(name, listener, move || plan.service()),
            #[cfg(unix)]
            Socket::Unix(socket) => {
                files.push(socket.file);
                server.listen_uds(name, socket.listener, move || plan.service())
            }
        }
    }
}

impl Plan {
    fn service<I: Incoming + 'static>(
        &self,
    ) -> impl ServiceFactory<I, Config = (), Response = (), Error = (), InitError = ()> + use<I>
    {
        let routes = self.exporter.all(&self.policy, self.serves);
        let app = App::new().configure(routes);
        let ending = Rc::new(self.ending.clone());
        let http = HttpService::build()
            .client_request_timeout(HEAD)
            .graceful_shutdown_signal(move || {
                let ending = GracefulShutdownSignal::clone(&ending);
                async move { ending.notified().await }
            })
            .on_connect_ext(|stream: &Stream, data| {
                data.insert(stream.connection().clone());
            })
            .h1(map_config(app, |()| AppConfig::default()));
        let entrance = Rc::new(self.entrance.clone());
        let accept = move |incoming: I| {
            let entrance = Rc::clone(&entrance);
            async move { incoming.accept(&entrance).await }
        };
        fn_service(accept).and_then(http.map_err(drop))
    }
}
