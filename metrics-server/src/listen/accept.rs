//! The way of a connection from a listener to its routes: who comes, and by what the bytes are carried.

use std::net::SocketAddr;

use actix_web::rt::net::TcpStream;
#[cfg(unix)]
use actix_web::rt::net::UnixStream;

use super::connection::{Client, Connection, Peer};
use super::stream::{Carrier, Stream};
use crate::connection::bound_kernel;
#[cfg(feature = "tls")]
use crate::{access::Networks, tls::Door};

/// What a connection passes before its first request.
#[derive(Clone, Debug)]
pub(super) struct Entrance {
    #[cfg(feature = "tls")]
    pub(super) door: Option<Door>,
    /// Without TLS a stranger is told in an answer that he is one.
    #[cfg(feature = "tls")]
    pub(super) networks: Networks,
}

/// What a listener accepts.
pub(super) trait Incoming {
    /// Takes it over; an error has been told to whom it concerns, and ends the connection.
    fn accept(
        self,
        entrance: &Entrance,
    ) -> impl Future<Output = Result<(Stream, Option<SocketAddr>), ()>>;
}

impl Incoming for TcpStream {
    async fn accept(self, entrance: &Entrance) -> Result<(Stream, Option<SocketAddr>), ()> {
        // who has gone already has no address
        let address = self.peer_addr().map_err(drop)?;
        bound_kernel(&self);
        let (carrier, client) = entrance.pass(self, address).await?;
        let peer = Peer::Ip(address.ip().to_canonical());
        let connection = Connection::new(peer, client);
        Ok((Stream::new(carrier, connection), Some(address)))
    }
}

impl Entrance {
    #[cfg(feature = "tls")]
    async fn pass(&self, tcp: TcpStream, from: SocketAddr) -> Result<(Carrier, Client), ()> {
        let Some(door) = &self.door else {
            return Ok((Carrier::Tcp(tcp), Client::Unknown));
        };
        let peer = from.ip().to_canonical();
        let passed = door.pass(tcp, peer, &self.networks).await.ok_or(())?;
        Ok((Carrier::Tls(passed.stream), passed.client))
    }

    #[cfg(not(feature = "tls"))]
    async fn pass(&self, tcp: TcpStream, _from: SocketAddr) -> Result<(Carrier, Client), ()> {
        Ok((Carrier::Tcp(tcp), Client::Unknown))
    }
}

#[cfg(unix)]
impl Incoming for UnixStream {
    async fn accept(self, _entrance: &Entrance) -> Result<(Stream, Option<SocketAddr>), ()> {
        let user = self.peer_cred().ok().map(|of| of.uid());
        let connection = Connection::new(Peer::User(user), Client::Unknown);
        Ok((Stream::new(Carrier::Unix(self), connection), None))
    }
}
