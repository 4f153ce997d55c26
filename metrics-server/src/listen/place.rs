//! An address as it is written, and the socket that listens there.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;

#[cfg(unix)]
use super::unix::UnixSocket;
use crate::Error;

/// Whoever has the process' user or group may connect.
pub(super) const DEFAULT_MODE: u32 = 0o660;

/// An address as it is written.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Tcp(String),
    Unix { path: PathBuf, mode: u32 },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => f.write_str(address),
            Self::Unix { path, .. } => path.display().fmt(f),
        }
    }
}

/// An address that is listened on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Address {
    /// Of TCP, with the real port.
    Tcp(SocketAddr),
    /// The path of a Unix socket.
    Unix(PathBuf),
}

impl Address {
    /// Whether nobody from another machine can come this way.
    pub(crate) fn is_loopback(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().to_canonical().is_loopback(),
            Self::Unix(_) => false,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => path.display().fmt(f),
        }
    }
}

/// A socket that listens.
#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpListener, SocketAddr),
    #[cfg(unix)]
    Unix(UnixSocket),
}

impl Socket {
    pub(crate) fn address(&self) -> Address {
        match self {
            Self::Tcp(_, address) => Address::Tcp(*address),
            #[cfg(unix)]
            Self::Unix(socket) => Address::Unix(socket.path().to_owned()),
        }
    }
}

impl Place {
    pub(super) fn bind(&self) -> Result<Socket, Error> {
        let socket = match self {
            Self::Tcp(address) => TcpListener::bind(address)
                .and_then(|listener| Ok((listener.local_addr()?, listener)))
                .map(|(address, listener)| Socket::Tcp(listener, address)),
            #[cfg(unix)]
            Self::Unix { path, mode } => UnixSocket::bind(path, *mode).map(Socket::Unix),
            #[cfg(not(unix))]
            Self::Unix { .. } => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "there are no Unix sockets on this system",
            )),
        };
        socket.map_err(|source: io::Error| Error::Bind {
            address: self.to_string(),
            source,
        })
    }
}
