//! The way of a connection from a listener to its routes: who comes, and by what the bytes are carried.

use std::net::SocketAddr;

use actix_web::rt::net::TcpStream;
#[cfg(unix)]
use actix_web::rt::net::UnixStream;

use super::connection::{Connection, Peer};
use super::stream::{Carrier, Stream};
use crate::connection::bound_kernel;

/// What a listener accepts.
pub(crate) trait Incoming {
    /// Takes it over; an error has been told to whom it concerns, and ends the connection.
    fn accept(self) -> Result<(Stream, Option<SocketAddr>), ()>;
}

impl Incoming for TcpStream {
    fn accept(self) -> Result<(Stream, Option<SocketAddr>), ()> {
        // who has gone already has no address
        let address = self.peer_addr().map_err(drop)?;
        bound_kernel(&self);
        let connection = Connection::new(Peer::Ip(address.ip().to_canonical()));
        Ok((Stream::new(Carrier::Tcp(self), connection), Some(address)))
    }
}

#[cfg(unix)]
impl Incoming for UnixStream {
    fn accept(self) -> Result<(Stream, Option<SocketAddr>), ()> {
        let user = self.peer_cred().ok().map(|of| of.uid());
        let connection = Connection::new(Peer::User(user));
        Ok((Stream::new(Carrier::Unix(self), connection), None))
    }
}
