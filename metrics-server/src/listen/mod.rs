//! Where the server listens, and whom it lets in there: from a [`Listener`] as it is written to bound sockets. What comes
//! in by one is `accept`'s, what a connection puts up with is `stream`'s.

mod accept;
mod connection;
mod exposure;
mod place;
mod serve;
mod stream;
#[cfg(unix)]
mod unix;

use std::path::PathBuf;
use std::sync::Arc;

use accept::Entrance;
pub(crate) use connection::{Answering, Client, Connection, Peer};
pub use place::Address;
use place::{Place, Socket};
pub(crate) use stream::STALL;
#[cfg(unix)]
use unix::SocketFile;

use crate::Error;
#[cfg(feature = "auth")]
use crate::access::{Auth, Credentials};
use crate::access::{Hosts, Networks, Policy};
use crate::exporter::Exporter;
use crate::log;
#[cfg(feature = "tls")]
use crate::tls::{Door, Ready, Tls};
use crate::watch::Watched;

/// One address that a [`Server`](crate::Server) listens on, and whom it serves there with what.
///
/// ```
/// use metrics_server::{Listener, Serves, Server};
///
/// // the exposition for a scraper on another machine, the page for people on this one
/// let scrape = Listener::tcp("0.0.0.0:0")
///     .serves(Serves::Scrape)
///     .networks(["10.0.0.0/8", "127.0.0.1"]);
/// let page = Listener::tcp("127.0.0.1:0").serves(Serves::Page);
/// let server = Server::bind(scrape)?.and_bind(page)?.spawn()?;
/// # server.stop()?;
/// # Ok::<(), metrics_server::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a server listens after `Server::bind`"]
pub struct Listener {
    place: Place,
    serves: Serves,
    hosts: Option<Vec<String>>,
    networks: Option<Vec<String>>,
    #[cfg(feature = "auth")]
    auth: Option<Auth>,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
    open: bool,
}

/// What is served at a [`Listener`]. Health is served at each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Serves {
    /// Everything.
    #[default]
    All,
    /// What programs read: the exposition, JSON, and what is generated; no stream and no page.
    Scrape,
    /// What the live page needs: its files, the stream, and JSON; no exposition.
    Page,
}

impl Listener {
    /// Listens on `address`, as `127.0.0.1:9090` or `localhost:9090`; port 0 is any free one.
    pub fn tcp(address: impl Into<String>) -> Self {
        Self::at(Place::Tcp(address.into()))
    }

    /// Listens on a Unix socket, which the process' user and group may connect to (mode 0660). A socket that a process left
    /// there which has ended is replaced; anything else at this path is an error, and stays.
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self::at(Place::Unix {
            path: path.into(),
            mode: place::DEFAULT_MODE,
        })
    }

    fn at(place: Place) -> Self {
        Self {
            place,
            serves: Serves::default(),
            hosts: None,
            networks: None,
            #[cfg(feature = "auth")]
            auth: None,
            #[cfg(feature = "tls")]
            tls: None,
            open: false,
        }
    }

    /// The permissions of a Unix socket, as `0o660`; of a TCP address nothing.
    pub fn mode(mut self, mode: u32) -> Self {
        if let Place::Unix { mode: of, .. } = &mut self.place {
            *of = mode;
        }
        self
    }

    /// Serves only this.
    pub fn serves(mut self, serves: Serves) -> Self {
        self.serves = serves;
        self
    }

    /// The names by which this server is reached. A request for another name is refused; IP addresses and `localhost` are
    /// always right.
    ///
    /// A server that listens on loopback alone refuses other names without this call, too: a page of anywhere can have its
    /// own name lead to 127.0.0.1, and would then read as if it were of this server.
    pub fn hosts<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.hosts = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Serves only who connects from one of these networks, as `10.0.0.0/8` or `192.0.2.7`. It is the address of the
    /// connection that counts: what a header says of it is not believed.
    pub fn networks<N: Into<String>>(mut self, networks: impl IntoIterator<Item = N>) -> Self {
        self.networks = Some(networks.into_iter().map(Into::into).collect());
        self
    }

    /// Serves only who is one of these users or has one of these tokens.
    #[cfg(feature = "auth")]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = Some(auth);
        self
    }

    /// Speaks TLS, and nothing else: who asks by plain HTTP is told to use https. This is of TCP alone.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Whoever reaches the address may read, and it is known: without this, a server that listens wider than loopback and
    /// asks for nothing warns of it when it starts.
    pub fn open_to_all(mut self) -> Self {
        self.open = true;
        self
    }

    /// Credentials that no client can bring.
    fn certificates_that_nobody_asks_for(&self) -> Option<String> {
        #[cfg(feature = "auth")]
        let accepts = self.auth.as_ref().is_some_and(Auth::accepts_certificates);
        #[cfg(not(feature = "auth"))]
        let accepts = false;
        #[cfg(feature = "tls")]
        let asks = self.tls.as_ref().is_some_and(Tls::asks_for_certificates);
        #[cfg(not(feature = "tls"))]
        let asks = false;
        (accepts && !asks).then(|| {
            "`accept_client_certificates` of `auth` needs `client_ca` of `tls`, without which no client is asked for one"
                .to_owned()
        })
    }

    /// Checks what is written, and listens; [`Bound::serve`] is what accepts.
    pub(crate) fn bind(self) -> Result<Bound, Error> {
        let wrong = |problems: Vec<String>| Error::Listener {
            address: self.place.to_string(),
            problems,
        };
        let mut problems = Vec::new();
        let networks = Networks::parse(self.networks.as_deref(), &mut problems);
        if self.networks.is_some() && matches!(self.place, Place::Unix { .. }) {
            problems.push("`networks` says nothing of a Unix socket; its `mode` does".to_owned());
        }
        problems.extend(self.certificates_that_nobody_asks_for());
        #[cfg(feature = "auth")]
        let credentials = match self.auth.map(Credentials::new).transpose() {
            Ok(credentials) => credentials,
            Err(of_auth) => {
                problems.extend(of_auth);
                None
            }
        };
        #[cfg(feature = "tls")]
        if self.tls.is_some() && matches!(self.place, Place::Unix { .. }) {
            problems.push("`tls` is of TCP; a Unix socket has its `mode`".to_owned());
        }
        #[cfg(feature = "tls")]
        let tls = self.tls.and_then(|tls| {
            let read = Ready::read(tls).map_err(|wrong| problems.extend(wrong));
            read.ok()
        });
        if !problems.is_empty() {
            return Err(wrong(problems));
        }
        let socket = self.place.bind()?;
        let hosts = match self.hosts {
            Some(names) => Hosts::only(names),
            None if socket.address().is_loopback() => Hosts::only(Vec::new()),
            None => Hosts::any(),
        };
        Ok(Bound {
            #[cfg(feature = "tls")]
            door: tls.map(|tls| tls.at(socket.address())),
            socket,
            serves: self.serves,
            hosts,
            networks,
            #[cfg(feature = "auth")]
            credentials,
            open: self.open,
        })
    }
}

impl From<&str> for Listener {
    fn from(address: &str) -> Self {
        Self::tcp(address)
    }
}

impl From<&String> for Listener {
    fn from(address: &String) -> Self {
        Self::tcp(address)
    }
}

impl From<String> for Listener {
    fn from(address: String) -> Self {
        Self::tcp(address)
    }
}

/// A listener that listens; connections wait until it is served.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) socket: Socket,
    serves: Serves,
    hosts: Hosts,
    networks: Networks,
    #[cfg(feature = "auth")]
    credentials: Option<Credentials>,
    #[cfg(feature = "tls")]
    door: Option<Door>,
    open: bool,
}

impl Bound {
    /// Whom this listener lets in to what the exporter exports.
    fn policy(&self, exporter: &Exporter) -> Arc<Policy> {
        Arc::new(Policy {
            hosts: self.hosts.clone(),
            networks: self.networks.clone(),
            origins: exporter.allowed_origins().clone(),
            #[cfg(feature = "auth")]
            credentials: self.credentials.clone(),
            #[cfg(feature = "tls")]
            hsts: self.door.as_ref().and_then(Door::hsts),
            #[cfg(not(feature = "tls"))]
            hsts: None,
        })
    }

    /// What connections pass here.
    fn entrance(&self) -> Entrance {
        Entrance {
            #[cfg(feature = "tls")]
            door: self.door.clone(),
            #[cfg(feature = "tls")]
            networks: self.networks.clone(),
        }
    }

    /// What is made of files that may change.
    pub(crate) fn watched(&self) -> Vec<Arc<dyn Watched>> {
        #[cfg_attr(
            not(any(feature = "auth", feature = "tls")),
            expect(unused_mut, reason = "there is nothing else")
        )]
        let mut watched = Vec::new();
        #[cfg(feature = "tls")]
        watched.extend(self.door.iter().map(Door::watched));
        #[cfg(feature = "auth")]
        watched.extend(self.credentials.iter().filter_map(Credentials::watched));
        watched
    }

    /// Whether every client has a certificate that was verified.
    fn requires_certificate(&self) -> bool {
        #[cfg(feature = "tls")]
        let requires = self.door.as_ref().is_some_and(Door::requires_certificate);
        #[cfg(not(feature = "tls"))]
        let requires = false;
        requires
    }

    /// Whether readers are asked who they are.
    fn asks(&self) -> bool {
        #[cfg(feature = "auth")]
        let asks = self.credentials.is_some();
        #[cfg(not(feature = "auth"))]
        let asks = false;
        asks
    }

    /// Whether what is sent can be read by nobody between.
    fn is_tls(&self) -> bool {
        #[cfg(feature = "tls")]
        let is_tls = self.door.is_some();
        #[cfg(not(feature = "tls"))]
        let is_tls = false;
        is_tls
    }

    /// Says so if anybody who reaches the address may read, or hear what lets others in.
    pub(crate) fn warn_if_exposed(&self) {
        let open_to_all = self.networks.is_any() && !self.asks() && !self.requires_certificate();
        let warning = exposure::warning(
            &self.socket.address(),
            exposure::Listens {
                open_to_all: open_to_all && !self.open,
                credentials_in_clear: self.asks() && !self.is_tls(),
            },
        );
        if let Some(warning) = warning {
            log::warn(&warning);
        }
    }
}
