//! Connections that do not wait, from addresses of loopback that are chosen: a server that counts by address sees many
//! clients.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use mio::net::TcpStream;
use socket2::{Domain, Protocol, Socket, Type};

/// How a connection is made.
#[derive(Clone, Copy, Debug)]
pub struct Connect {
    /// The client's address.
    pub from: Ipv4Addr,
    /// How many bytes the kernel keeps for a client that does not read; its own measure if `None`.
    pub receive_buffer: Option<usize>,
    /// Whether it ends with a reset instead of a goodbye.
    pub reset: bool,
}

impl Connect {
    /// An ordinary connection from this address.
    pub fn from(from: Ipv4Addr) -> Self {
        Self {
            from,
            receive_buffer: None,
            reset: false,
        }
    }

    /// Begins to connect; the stream becomes writable when that is done.
    ///
    /// # Errors
    ///
    /// Those of the system: no files, no ports.
    pub fn to(self, address: SocketAddr) -> io::Result<TcpStream> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        if let Some(bytes) = self.receive_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        if self.reset {
            socket.set_linger(Some(Duration::ZERO))?;
        }
        socket.bind(&SocketAddr::from((self.from, 0)).into())?;
        match socket.connect(&address.into()) {
            Err(error) if error.raw_os_error() == Some(IN_PROGRESS) => {}
            connected => connected?,
        }
        Ok(TcpStream::from_std(socket.into()))
    }
}

/// What Linux says of a connection that is on its way.
const IN_PROGRESS: i32 = rustix::io::Errno::INPROGRESS.raw_os_error();

/// Whether it is connected; an error if that has failed.
///
/// # Errors
///
/// Why it is not.
pub fn is_connected(stream: &TcpStream) -> io::Result<bool> {
    match stream.peer_addr() {
        Err(error) if error.kind() == io::ErrorKind::NotConnected => {
            // still on its way, unless it has failed
            stream.take_error()?.map_or(Ok(false), Err)
        }
        connected => connected.map(|_| true),
    }
}
