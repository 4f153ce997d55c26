//! The standalone server: a listener and a thread of its own, for programs with or without a runtime.

use std::future::pending;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use actix_web::{App, HttpServer, rt};
use metrics_core::Registry;
use tokio::sync::oneshot;

use crate::Error;
use crate::connection::bound_writes;
use crate::exporter::{Exporter, MAX_SCRAPES};

/// Threads that serve connections. Gathering has threads of its own, so these are seldom busy.
const WORKERS: usize = 2;

/// Threads that each worker may have for walks: for all that are allowed at once, which may come to one worker, and some
/// for what is short. Without it actix-web divides 512 by the processors, and on a machine of 64 sixteen slow clients
/// would keep all others waiting.
const BLOCKING: usize = MAX_SCRAPES + 2;

/// How long a stop waits for scrapes that are under way, in seconds.
const GRACE_SECONDS: u64 = 5;

/// A server of metrics that is listening, and not answering yet.
///
/// ```
/// use metrics_server::Server;
///
/// let server = Server::bind("127.0.0.1:0")?.spawn()?;
/// println!("http://{}/metrics", server.address());
/// server.stop()?;
/// # Ok::<(), metrics_server::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "the server answers after `spawn` or `run`"]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    exporter: Option<Exporter>,
}

impl Server {
    /// Listens on `address`, as `127.0.0.1:9090` or `localhost:9090`; port 0 is any free one.
    ///
    /// Whoever can reach the address can read the metrics: bind to loopback, or where your scraper only can
    /// reach it.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`], which names the address.
    pub fn bind(address: impl AsRef<str>) -> Result<Self, Error> {
        let address = address.as_ref();
        let listen = || {
            let listener = TcpListener::bind(address)?;
            let bound = listener.local_addr()?;
            Ok((listener, bound))
        };
        let (listener, bound) = listen().map_err(|source| Error::Bind {
            address: address.to_owned(),
            source,
        })?;
        Ok(Self {
            listener,
            address: bound,
            exporter: None,
        })
    }

    /// Serves `registry`; [`Registry::global`] if nothing else is said.
    pub fn registry(self, registry: &Registry) -> Self {
        self.exporter(Exporter::of(registry))
    }

    /// Serves what this exporter exports, with its settings.
    pub fn exporter(mut self, exporter: Exporter) -> Self {
        self.exporter = Some(exporter);
        self
    }

    /// The address that it listens on, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers from a thread of its own, until it is stopped or the process ends.
    ///
    /// # Errors
    ///
    /// [`Error::Registry`] if declared metrics clash, with all clashes; [`Error::Io`] if no thread can be had.
    pub fn spawn(self) -> Result<ServerHandle, Error> {
        let (stop, stopped) = oneshot::channel();
        let address = self.address;
        let thread = self.start(async {
            // a dropped handle is no wish to stop
            if stopped.await.is_err() {
                pending::<()>().await;
            }
        })?;
        Ok(ServerHandle {
            address,
            stop,
            thread,
        })
    }

    /// Answers until the process is asked to end, by Ctrl-C or `SIGTERM`, and then lets what is under way finish;
    /// blocks the calling thread for so long.
    ///
    /// # Errors
    ///
    /// As [`Server::spawn`], and [`Error::Io`] if the server fails.
    pub fn run(self) -> Result<(), Error> {
        join(self.start(asked_to_end())?)
    }

    /// Starts the thread, which has an event loop of its own, so that it does not matter whether the caller is
    /// in one. Returns when the server answers.
    fn start(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<JoinHandle<io::Result<()>>, Error> {
        let exporter = self.exporter.unwrap_or_else(Exporter::of_global_registry);
        exporter.registry().check()?;
        let of_caller = exporter.monitor_current_runtime("main");
        let (started, start) = mpsc::channel();
        let listener = self.listener;
        let thread = thread::Builder::new().name("metrics-server".to_owned());
        let thread = thread
            .spawn(move || {
                let _of_caller = of_caller;
                // whoever started this waits for the word
                let started = move || started.send(()).unwrap_or_default();
                serve(listener, &exporter, started, stop)
            })
            .map_err(Error::Io)?;
        if start.recv().is_err() {
            join(thread)?;
            return Err(Error::Io(io::Error::other("its thread ended at once")));
        }
        Ok(thread)
    }
}

/// A running server; from [`Server::spawn`]. Dropped, it lets the server go on.
#[derive(Debug)]
pub struct ServerHandle {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl ServerHandle {
    /// The address that is served, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops: no new connections, a goodbye to stream clients, five seconds for scrapes under way; returns
    /// when the thread has ended.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the server had failed before.
    pub fn stop(self) -> Result<(), Error> {
        // the thread has ended already if nobody listens
        let _ = self.stop.send(());
        join(self.thread)
    }
}

fn join(thread: JoinHandle<io::Result<()>>) -> Result<(), Error> {
    match thread.join() {
        Ok(result) => result.map_err(Error::Io),
        Err(_) => Err(Error::Io(io::Error::other("its thread panicked"))),
    }
}

/// Runs an event loop on this thread until `stop`, and then until what was under way is done.
fn serve(
    listener: TcpListener,
    exporter: &Exporter,
    started: impl FnOnce(),
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    rt::System::new().block_on(async {
        let _monitored = exporter.monitor_current_runtime("metrics-server");
        let routes = exporter.all();
        let server = HttpServer::new(move || App::new().configure(routes.clone()))
            .on_connect(bound_writes)
            .workers(WORKERS)
            .worker_max_blocking_threads(BLOCKING)
            .disable_signals()
            .shutdown_timeout(GRACE_SECONDS)
            .listen(listener)?
            .run();
        let handle = server.handle();
        let server = rt::spawn(server);
        started();
        stop.await;
        exporter.close();
        handle.stop(true).await;
        server.await.map_err(io::Error::other)?
    })
}

/// Waits for Ctrl-C or, where there is such a thing, `SIGTERM`.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use rt::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => return,
                _ = rt::signal::ctrl_c() => return,
            }
        }
    }
    // without a handler for signals the default action ends the process, as it should
    if rt::signal::ctrl_c().await.is_err() {
        pending::<()>().await;
    }
}
