//! The standalone server: a listener and a thread of its own, for programs with or without a runtime.

use std::future::pending;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use actix_web::rt;
use metrics_core::Registry;
use tokio::sync::oneshot;

use crate::Error;
use crate::exporter::{Exporter, MAX_SCRAPES};
use crate::listen::{Address, Bound, Listener};
use crate::watch::Watch;

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
    listeners: Vec<Bound>,
    addresses: Vec<Address>,
    exporter: Option<Exporter>,
}

impl Server {
    /// Listens: on an address as `127.0.0.1:9090` or `localhost:9090`, where port 0 is any free one, or by a [`Listener`],
    /// which says also who may read what there.
    ///
    /// Whoever can reach the address can read the metrics: bind to loopback, or say by the listener who may.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`], which names the address, and [`Error::Listener`], with all that is wrong with the listener.
    pub fn bind(listener: impl Into<Listener>) -> Result<Self, Error> {
        let server = Self {
            listeners: Vec::new(),
            addresses: Vec::new(),
            exporter: None,
        };
        server.and_bind(listener)
    }

    /// Listens here, too. All listeners serve the same exporter.
    ///
    /// # Errors
    ///
    /// As [`Server::bind`].
    pub fn and_bind(mut self, listener: impl Into<Listener>) -> Result<Self, Error> {
        let bound = listener.into().bind()?;
        self.addresses.push(bound.socket.address());
        self.listeners.push(bound);
        Ok(self)
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

    /// The address that it listens on, with the real port: the first, if there are several, and 0.0.0.0:0 if it listens on
    /// Unix sockets alone.
    pub fn address(&self) -> SocketAddr {
        first_of_tcp(&self.addresses)
    }

    /// All addresses that it listens on, in the order in which they were bound.
    pub fn addresses(&self) -> &[Address] {
        &self.addresses
    }

    /// Answers from a thread of its own, until it is stopped or the process ends.
    ///
    /// # Errors
    ///
    /// [`Error::Registry`] if declared metrics clash, with all clashes; [`Error::Io`] if no thread can be had.
    pub fn spawn(self) -> Result<ServerHandle, Error> {
        let (stop, stopped) = oneshot::channel();
        let addresses = self.addresses.clone();
        let watch = self.watch();
        let of_thread = watch.clone();
        let thread = self.start(of_thread, async {
            // a dropped handle is no wish to stop
            if stopped.await.is_err() {
                pending::<()>().await;
            }
        })?;
        Ok(ServerHandle {
            addresses,
            watch,
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
        let watch = self.watch();
        join(self.start(watch, asked_to_end())?)
    }

    /// The files of its listeners.
    fn watch(&self) -> Watch {
        Watch::new(self.listeners.iter().flat_map(Bound::watched).collect())
    }

    /// Starts the thread, which has an event loop of its own, so that it does not matter whether the caller is
    /// in one. Returns when the server answers.
    fn start(
        self,
        watch: Watch,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<JoinHandle<io::Result<()>>, Error> {
        let exporter = self.exporter.unwrap_or_else(Exporter::of_global_registry);
        exporter.registry().check()?;
        let of_caller = exporter.monitor_current_runtime("main");
        let (started, start) = mpsc::channel();
        let listeners = self.listeners;
        let thread = thread::Builder::new().name("metrics-server".to_owned());
        let thread = thread
            .spawn(move || {
                let _of_caller = of_caller;
                // whoever started this waits for the word
                let started = move || started.send(()).unwrap_or_default();
                serve(listeners, &exporter, watch, started, stop)
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
    addresses: Vec<Address>,
    watch: Watch,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl ServerHandle {
    /// The address that is served, as [`Server::address`].
    pub fn address(&self) -> SocketAddr {
        first_of_tcp(&self.addresses)
    }

    /// All addresses that are served, in the order in which they were bound.
    pub fn addresses(&self) -> &[Address] {
        &self.addresses
    }

    /// Reads again, at once, the files that are looked at every 10 seconds anyway: those of TLS and of `auth`. What has
    /// changed in them holds for connections of TLS that come after this, and for all requests.
    ///
    /// # Errors
    ///
    /// [`Error::Reload`] if what is there cannot be used; what was there before stays in use.
    pub fn reload(&self) -> Result<(), Error> {
        self.watch.look()
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

fn first_of_tcp(addresses: &[Address]) -> SocketAddr {
    let mut of_tcp = addresses.iter().filter_map(|address| match address {
        Address::Tcp(address) => Some(*address),
        Address::Unix(_) => None,
    });
    let nowhere = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
    of_tcp.next().unwrap_or(nowhere)
}

/// Runs an event loop on this thread until `stop`, and then until what was under way is done.
fn serve(
    listeners: Vec<Bound>,
    exporter: &Exporter,
    watch: Watch,
    started: impl FnOnce(),
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    rt::System::new().block_on(async {
        let _monitored = exporter.monitor_current_runtime("metrics-server");
        let mut server = actix_server::Server::build()
            .workers(WORKERS)
            .worker_max_blocking_threads(BLOCKING)
            .disable_signals()
            .shutdown_timeout(GRACE_SECONDS);
        // the files of Unix sockets, which go when the server has ended
        let mut files = Vec::new();
        for listener in listeners {
            listener.warn_if_exposed();
            server = listener.serve(server, exporter, &mut files)?;
        }
        let server = server.run();
        let handle = server.handle();
        let server = rt::spawn(server);
        started();
        tokio::select! {
            () = stop => {}
            never = watch.go_on() => match never {},
        }
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
